export const title = "qmicli on a module with its own firmware: online and registered";
export const world = { scenario: "healthy", timeScale: 0.1 };

import assert from "node:assert/strict";

export async function run(t) {
  await t.attachRunning();
  const qmicli = "qmicli -d /dev/cdc-wdm0";

  await t.until(`timeout 10 ${qmicli} --dms-get-operating-mode | grep -q online`, 60_000);
  await t.until(
    `timeout 10 ${qmicli} --nas-get-serving-system | grep -q "Registration state: 'registered'"`,
    60_000,
  );
  assert.match(await t.run(`${qmicli} --dms-get-revision`), /EC25AFAR05A07M4G/);
  const version = (await t.run("qmicli --version")).split("\n")[0].replace(/^qmicli /, "");
  t.proved("qmicli", version, "the right firmware is online and registered");
}
