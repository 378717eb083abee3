import type { UsbDevice } from "../core/bus.js";
import type { ModuleMode } from "../core/reading.js";
import { usbIdsText } from "../core/usb-mode.js";
import { jsonText, shown } from "./escape.js";

export interface ListRow {
  readonly device: UsbDevice;
  readonly mode: ModuleMode;
  readonly virtual: boolean;
}

/** One line a module: port path, mode, ids, what its firmware calls itself. The name is a claim, like all it says. */
export function listText(rows: readonly ListRow[]): string {
  return rows
    .map(({ device, mode, virtual }) => {
      const ttys = device.interfaces.flatMap(({ tty }) => (tty === null ? [] : [tty])).join(" ");
      const name = device.product === null ? "" : shown(device.product);
      return [
        device.portPath.padEnd(8),
        mode.padEnd(8),
        usbIdsText(device),
        name,
        ttys,
        virtual ? "(virtual)" : "",
      ]
        .filter(Boolean)
        .join("  ");
    })
    .join("\n")
    .concat("\n");
}

export function listJson(rows: readonly ListRow[]): string {
  const modules = rows.map(({ device, mode, virtual }) => ({
    portPath: device.portPath,
    mode,
    ids: usbIdsText(device),
    deviceNumber: device.deviceNumber,
    product: device.product,
    ports: device.interfaces.flatMap(({ number, tty }) => (tty === null ? [] : [{ interface: number, tty }])),
    virtual,
  }));
  return `${jsonText({ schema: "ecflash.list/1", modules }, 2)}\n`;
}
