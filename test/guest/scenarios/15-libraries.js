export const title = "the npm libraries serialport and usb list and open the module";
export const world = { scenario: "healthy", timeScale: 0.1 };

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const versionOf = (name) =>
  JSON.parse(readFileSync(new URL(`../../../node_modules/${name}/package.json`, import.meta.url), "utf8"))
    .version;

export async function run(t) {
  await t.attachRunning();

  const ports = JSON.parse(
    await t.run(
      `node -e 'require("serialport").SerialPort.list().then((l) => console.log(JSON.stringify(l)))'`,
    ),
  ).filter(({ vendorId }) => vendorId === "2c7c");
  assert.deepEqual(
    ports.map(({ path, productId }) => `${path} ${productId}`).sort(),
    [0, 1, 2, 3].map((n) => `/dev/ttyUSB${n} 0125`),
  );
  const answer = await t.run(`node -e '
    const { SerialPort } = require("serialport");
    const port = new SerialPort({ path: "/dev/ttyUSB3", baudRate: 115200 });
    let text = "";
    port.on("data", (bytes) => { text += bytes; if (text.endsWith("OK\\r\\n")) { console.log(JSON.stringify(text)); port.close(); } });
    port.write("AT+CGMM\\r");'`);
  assert.equal(JSON.parse(answer), "AT+CGMM\r\r\nEC25\r\n\r\nOK\r\n");
  t.proved(
    "serialport (npm)",
    versionOf("serialport"),
    "lists four ports as 2c7c:0125; AT+CGMM over /dev/ttyUSB3",
  );

  const device = JSON.parse(
    await t.run(`node -e '
    const { usb } = require("usb");
    const device = usb.getDeviceList().find((d) => d.deviceDescriptor.idVendor === 0x2c7c);
    device.open();
    const name = device.deviceDescriptor.iProduct;
    device.getStringDescriptor(name, (error, product) => {
      if (error) throw error;
      const { bcdDevice } = device.deviceDescriptor;
      console.log(JSON.stringify({ product, bcdDevice, interfaces: device.interfaces.length }));
      device.close();
    });'`),
  );
  assert.deepEqual(device, { product: "Android", bcdDevice: 0x0318, interfaces: 5 });
  t.proved("usb (npm, libusb)", versionOf("usb"), "opens 2c7c:0125, bcdDevice 3.18, five interfaces");
}
