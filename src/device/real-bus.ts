import type { ModuleBus, Port, UsbDevice } from "../core/bus.js";
import { EcflashError } from "../core/errors.js";
import { ModemManagerHoldOff } from "./hold-off.js";
import { holdersOf, holderText } from "./holders.js";
import { openLibusbEndpoint } from "./libusb-endpoint.js";
import { readRawIp } from "./raw-ip.js";
import { openSerialPort } from "./serial-port.js";
import { readUsbDevice, readUsbDevices } from "./sysfs.js";
import { MmcliModems, mmcliWitness } from "./witnesses/mmcli.js";
import { qmicliWitness } from "./witnesses/qmicli.js";

/**
 * The host's own bus: sysfs, serialport and libusb, the native ones loaded when the first port or endpoint is opened.
 * `sysRoot` is where sysfs is mounted.
 */
export function realBus({ sysRoot = "/sys" }: { sysRoot?: string } = {}): ModuleBus {
  const modems = new MmcliModems();
  const modemManager = new ModemManagerHoldOff(modems);
  return {
    virtual: false,
    witnesses: [mmcliWitness(modems), qmicliWitness({ sysRoot })],
    holdOff: (device, signal) => modemManager.of(device, signal),
    rawIp: (device) => readRawIp(device, sysRoot),
    list: () => readUsbDevices(sysRoot),
    openPort: (device, interfaceNumber) => openPortOf(device, interfaceNumber, sysRoot),
    openEndpoint: (device, interfaceNumber) => openLibusbEndpoint(device, interfaceNumber, { sysRoot }),
  };
}

/**
 * Opens the serial port of one interface, and makes sure afterwards that the name still belongs to it: the kernel gives
 * a freed ttyUSB number to whatever comes next, perhaps another module. Throws what `openSerialPort` throws,
 * `port-held` for a port that any other process has open, and `port-unavailable` when no serial driver is bound.
 */
async function openPortOf(device: UsbDevice, interfaceNumber: number, sysRoot: string): Promise<Port> {
  const path = ttyOf(device, interfaceNumber);
  if (path === null) {
    const place = `interface ${interfaceNumber} of ${device.portPath}`;
    throw new EcflashError("port-unavailable", { path: place, reason: "no serial driver is bound to it" });
  }
  await refuseHeld(path);
  const port = await openSerialPort(path);
  try {
    // Whoever opened it in the meantime was first; not a byte has been sent.
    await refuseHeld(path);
  } catch (error) {
    await port.close();
    throw error;
  }
  const now = await readUsbDevice(device.portPath, sysRoot);
  if (now?.deviceNumber === device.deviceNumber && ttyOf(now, interfaceNumber) === path) return port;
  await port.close();
  throw new EcflashError("module-gone", { what: `the opening of ${path}` });
}

async function refuseHeld(path: string): Promise<void> {
  const { list } = await holdersOf(path);
  if (list.length === 0) return;
  throw new EcflashError("port-held", { path, holders: list.map(holderText), alsoAsked: [] });
}

function ttyOf(device: UsbDevice, interfaceNumber: number): string | null {
  return device.interfaces.find(({ number }) => number === interfaceNumber)?.tty ?? null;
}
