export const title = "seven bytes on the DM port: 05c6:9008 at the same port, taken by qcserial";
export const world = { scenario: "wrong-variant", timeScale: 0.1 };

import assert from "node:assert/strict";

export async function run(t) {
  await t.attachRunning();
  const place = await t.portPath();

  await t.run("stty -F /dev/ttyUSB0 raw -echo; printf '\\x4b\\x65\\x01\\x00\\x54\\x0f\\x7e' >/dev/ttyUSB0");
  await t.until("lsusb -d 05c6:9008 && [ -c /dev/ttyUSB0 ]");
  assert.equal(await t.portPath(), place);
  assert.equal(await t.run(`basename "$(readlink /sys/bus/usb/devices/${place}:1.0/driver)"`), "qcserial");
  // The four ports and the network of before are gone, no name of them is left behind.
  assert.equal(await t.run("ls /dev/ttyUSB* /dev/cdc-wdm* 2>/dev/null; true"), "/dev/ttyUSB0");
  t.proved("qcserial", await t.run("uname -r"), "ttyUSB0 on 05c6:9008, at the port the module had before");
}
