export const title = "qmicli tells the thread's story: offline, and it refuses to go online";
export const world = { scenario: "wrong-variant", timeScale: 0.1 };

import assert from "node:assert/strict";

export async function run(t) {
  await t.attachRunning();
  const qmicli = "qmicli -d /dev/cdc-wdm0";

  // The firmware answers QMI once it runs, some time after its interfaces are there.
  await t.until(`timeout 10 ${qmicli} --dms-get-operating-mode`, 60_000);
  const mode = await t.run(`${qmicli} --dms-get-operating-mode`);
  assert.match(mode, /Mode: 'offline'/);
  assert.match(mode, /HW restricted: 'no'/);

  const online = await t.try(`${qmicli} --dms-set-operating-mode=online`);
  assert.equal(online.code, 1);
  assert.match(
    online.stderr,
    /error: couldn't set operating mode: QMI protocol error \(52\): 'DeviceNotReady'/,
  );

  assert.match(await t.run(`${qmicli} --dms-get-revision`), /EC25EFAR06A11M4G/);
  assert.match(await t.run(`${qmicli} --dms-get-ids`), /IMEI: '000000000000018'/);
  assert.match(await t.run(`${qmicli} --uim-get-card-status`), /Card state: 'present'/);
  assert.match(await t.run(`${qmicli} --nas-get-serving-system`), /Registration state: 'not-registered/);
  const version = (await t.run("qmicli --version")).split("\n")[0].replace(/^qmicli /, "");
  t.proved(
    "qmicli",
    version,
    "offline, and (52) DeviceNotReady, as in the thread; revision, ids, card, no network",
  );
}
