import type { UsbDevice, UsbInterface } from "../core/bus.js";

/**
 * The DM (DIAG) interface, told by descriptor and never by ttyUSB number: ff/ff/ff with one bulk IN, one bulk OUT and
 * nothing else. QMI is ff/ff/ff too, with an interrupt endpoint besides (domain.md 3.1). Null when there is none; the
 * lowest-numbered one when there are several, as the kernel's option driver numbers them.
 *
 * It says nothing about the mode: the one interface of EDL or dump mode has the same shape (domain.md 3.2), so ask the
 * device's mode first.
 */
export function dmInterface(device: UsbDevice): UsbInterface | null {
  const found = ascending(device).find(
    ({ classCode, subclass, protocol, endpoints }) =>
      classCode === 0xff &&
      subclass === 0xff &&
      protocol === 0xff &&
      endpoints.length === 2 &&
      endpoints.every(({ kind }) => kind === "bulk") &&
      endpoints.filter(({ address }) => isIn(address)).length === 1,
  );
  return found ?? null;
}

/**
 * The interfaces that may answer AT, in the order to try them: the second ff/00/00 interface (AT), the third (modem,
 * answers AT too), the first (NMEA, silent or streaming `$G`), then any others (domain.md 3.1). A guess by position,
 * which holds when RNDIS or ADB shift the numbers; only an `OK` proves one.
 *
 * With `requireTty`, interfaces for which the kernel made no serial port are left out; the places of the others stay.
 */
export function atInterfaces(
  device: UsbDevice,
  { requireTty = false }: { requireTty?: boolean } = {},
): UsbInterface[] {
  const serial = ascending(device).filter(
    ({ classCode, subclass, protocol }) => classCode === 0xff && subclass === 0 && protocol === 0,
  );
  const [nmea, ...rest] = serial;
  const order = nmea === undefined ? [] : [...rest.slice(0, 2), nmea, ...rest.slice(2)];
  return requireTty ? order.filter(({ tty }) => tty !== null) : order;
}

function ascending(device: UsbDevice): UsbInterface[] {
  return [...device.interfaces].sort((a, b) => a.number - b.number);
}

function isIn(address: number): boolean {
  return (address & 0x80) !== 0;
}
