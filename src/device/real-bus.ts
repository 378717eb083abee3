import type { ModuleBus, Port, UsbDevice } from "../core/bus.js";
import { EcflashError } from "../core/errors.js";
import { openLibusbEndpoint } from "./libusb-endpoint.js";
import { openSerialPort } from "./serial-port.js";
import { readUsbDevice, readUsbDevices } from "./sysfs.js";

/**
 * The host's own bus: sysfs, serialport and libusb, the native ones loaded when the first port or endpoint is opened.
 * `sysRoot` is where sysfs is mounted.
 */
export function realBus({ sysRoot = "/sys" }: { sysRoot?: string } = {}): ModuleBus {
  return {
    virtual: false,
    list: () => readUsbDevices(sysRoot),
    openPort: (device, interfaceNumber) => openPortOf(device, interfaceNumber, sysRoot),
    openEndpoint: (device, interfaceNumber) => openLibusbEndpoint(device, interfaceNumber, { sysRoot }),
  };
}

/**
 * Opens the serial port of one interface, and makes sure afterwards that the name still belongs to it: the kernel gives
 * a freed ttyUSB number to whatever comes next, perhaps another module. Throws what `openSerialPort` throws, and
 * `port-unavailable` when no serial driver is bound.
 */
async function openPortOf(device: UsbDevice, interfaceNumber: number, sysRoot: string): Promise<Port> {
  const path = ttyOf(device, interfaceNumber);
  if (path === null) {
    const place = `interface ${interfaceNumber} of ${device.portPath}`;
    throw new EcflashError("port-unavailable", { path: place, reason: "no serial driver is bound to it" });
  }
  const port = await openSerialPort(path);
  const now = await readUsbDevice(device.portPath, sysRoot);
  if (now?.deviceNumber === device.deviceNumber && ttyOf(now, interfaceNumber) === path) return port;
  await port.close();
  throw new EcflashError("module-gone", { what: `the opening of ${path}` });
}

function ttyOf(device: UsbDevice, interfaceNumber: number): string | null {
  return device.interfaces.find(({ number }) => number === interfaceNumber)?.tty ?? null;
}
