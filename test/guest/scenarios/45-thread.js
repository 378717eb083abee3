export const title = "the thread, told by real tools, with ModemManager running all the time";
export const world = { scenario: "wrong-variant", timeScale: 0.1 };

import assert from "node:assert/strict";
import { differences } from "../nand.js";

export async function run(t) {
  const { label, index, key } = t.bench;
  const qmicli = "qmicli -p -d /dev/cdc-wdm0";
  await t.startModemManager();
  await t.attachRunning();
  await t.until("mmcli -m any", 90_000);
  assert.match(await t.run("mmcli -m any"), /firmware revision: EC25EFAR06A11M4G/);

  // Before: as the thread's user saw it.
  assert.match(await t.run(`${qmicli} --dms-get-operating-mode`), /Mode: 'offline'/);
  const refused = await t.try(`${qmicli} --dms-set-operating-mode=online`);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /couldn't set operating mode: QMI protocol error \(52\): 'DeviceNotReady'/);

  const flash = `${t.ecflash} flash --label ${label} --index ${index} --key ${key} --format ndjson`;
  const events = await t.run(flash, { limitMs: 400_000 });
  const lines = events.split("\n").map((line) => JSON.parse(line));
  assert.equal(lines.at(-1).outcome, "done", events);
  assert.ok(lines.some(({ text }) => text === "ModemManager leaves 1-1 alone until this run ends."));
  assert.equal((await t.try("pidof mmcli")).code, 1, "an inhibition was left behind");

  // After: ModemManager has it back, and all of them see what is in the NAND now.
  await t.until("mmcli -m any | grep -q 'firmware revision: EC25AFAR05A07M4G'", 90_000);
  await t.until(`timeout 10 ${qmicli} --dms-get-operating-mode | grep -q "Mode: 'online'"`, 60_000);
  await t.until(
    `timeout 10 ${qmicli} --nas-get-serving-system | grep -q "Registration state: 'registered'"`,
    60_000,
  );
  await t.run("mmcli -m any -e");
  await t.until("mmcli -m any | grep -q 'registration: home'", 60_000);
  await t.stopModemManager();
  await t.bench.stop();
  assert.deepEqual(await differences(t.bench), []);
  const version = (await t.run("qmicli --version")).split("\n")[0].replace(/^qmicli /, "");
  t.proved(
    "qmicli",
    version,
    "offline and (52) DeviceNotReady before the flash, online and registered after",
  );
  const mmcli = (await t.run("mmcli --version")).split("\n")[0].replace(/^mmcli /, "");
  t.proved("ModemManager, mmcli", mmcli, "ran through the flash: let go of the module, then took it back");
}
