import { isEcflashError } from "../../src/core/errors.js";
import { atInterfaces, dmInterface } from "../../src/device/ports.js";
import { realBus } from "../../src/device/real-bus.js";

/** Runs under umockdev: sysfs and the real serialport against a mocked EC25. Prints one line of JSON. */
export interface AtReport {
  readonly devices: number;
  readonly ids: readonly number[];
  readonly interfaces: readonly { readonly classes: readonly number[]; readonly tty: string | null }[];
  readonly dm: string | null;
  readonly path: string;
  readonly answer: string;
  /** Code of the failure when the device listed is not the one plugged now. */
  readonly stale: string;
}

const bus = realBus();
const devices = await bus.list();
const [device] = devices;
if (device === undefined) throw new Error("the mock shows no device");
const [first] = atInterfaces(device, { requireTty: true });
if (first === undefined) throw new Error("no AT interface");

const port = await bus.openPort(device, first.number);
await port.write(new TextEncoder().encode("ATI\r"));
let answer = "";
for (let reads = 0; reads < 10 && !answer.endsWith("OK\r\n"); reads += 1) {
  const bytes = await port.read(1_000);
  if (bytes !== null) answer += Buffer.from(bytes).toString("latin1");
}

await port.close();
const stale = await bus.openPort({ ...device, deviceNumber: device.deviceNumber - 1 }, first.number).then(
  () => "opened",
  (error: unknown) => (isEcflashError(error) ? error.code : String(error)),
);

const report: AtReport = {
  devices: devices.length,
  ids: [device.vendorId, device.productId, device.bcdDevice],
  interfaces: device.interfaces.map(({ classCode, subclass, protocol, tty }) => ({
    classes: [classCode, subclass, protocol],
    tty,
  })),
  dm: dmInterface(device)?.tty ?? null,
  path: port.path,
  answer,
  stale,
};
console.log(JSON.stringify(report));
