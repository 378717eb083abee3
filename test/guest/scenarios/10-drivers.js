export const title = "the kernel's drivers take the module, lsusb prints the thread's line";
export const world = { scenario: "wrong-variant", timeScale: 0.1 };

import assert from "node:assert/strict";

export async function run(t) {
  await t.attachRunning();

  // Interfaces of the one device there is, each with the driver that took it.
  const drivers = await t.run(
    "cd /sys/bus/usb/devices; for i in [0-9]*-[1-9]*:1.*; do echo ${i#*:1.} $(basename $(readlink $i/driver)); done",
  );
  assert.equal(drivers.replaceAll("\n", ", "), "0 option, 1 option, 2 option, 3 option, 4 qmi_wwan");
  const nodes = await t.run("ls -d /dev/ttyUSB* /dev/cdc-wdm* /sys/class/net/wwan*");
  assert.equal(
    nodes.replaceAll("\n", " "),
    "/dev/cdc-wdm0 /dev/ttyUSB0 /dev/ttyUSB1 /dev/ttyUSB2 /dev/ttyUSB3 /sys/class/net/wwan0",
  );
  const kernel = await t.run("uname -r");
  t.proved("option", kernel, "ttyUSB0 to ttyUSB3 on interfaces 0 to 3 of 2c7c:0125");
  t.proved("qmi_wwan", kernel, "cdc-wdm0 and wwan0 on interface 4");

  const line = await t.run("lsusb -d 2c7c:0125");
  assert.match(line, /ID 2c7c:0125 Quectel Wireless Solutions Co\., Ltd\. EC25 LTE modem$/);
  // The whole description, asked of the device by control transfers.
  const verbose = await t.run("lsusb -v -d 2c7c:0125");
  assert.match(verbose, /wTotalLength +0x00d1/);
  assert.match(verbose, /iProduct +2 Android/);
  t.proved(
    "lsusb",
    (await t.run("lsusb --version")).replace(/^lsusb \(usbutils\) /, ""),
    line.replace(/^.*ID /, ""),
  );
}
