import type { UsbDevice } from "./bus.js";
import type { Standing } from "./facts.js";
import type { ModuleMode } from "./reading.js";

/** What a pair of USB ids says of a module's mode. Ids are numbers here, four hex digits in `manifests/usb-modes.json`. */
export interface UsbMode {
  readonly vendorId: number;
  readonly productId: number;
  /** Exact number of interfaces, where the ids alone do not tell; null for any number. */
  readonly interfaces: number | null;
  readonly mode: Exclude<ModuleMode, "absent">;
  readonly standing: Standing;
  readonly source: string;
}

/** `2c7c:0125`, as lsusb and udev write it. */
export function usbIdsText({ vendorId, productId }: Pick<UsbDevice, "vendorId" | "productId">): string {
  const hex = (id: number) => id.toString(16).padStart(4, "0");
  return `${hex(vendorId)}:${hex(productId)}`;
}

/**
 * The mode a device is in, or null when its ids are none a module uses. A row that also names the number of interfaces
 * wins over one that does not: a module that dumps keeps Quectel's ids and has one interface left (domain.md 3.2).
 */
export function modeOf(
  device: Pick<UsbDevice, "vendorId" | "productId" | "interfaces">,
  modes: readonly UsbMode[],
): ModuleMode | null {
  const rows = modes.filter(
    ({ vendorId, productId }) => vendorId === device.vendorId && productId === device.productId,
  );
  const exact = rows.find(({ interfaces }) => interfaces === device.interfaces.length);
  return (exact ?? rows.find(({ interfaces }) => interfaces === null))?.mode ?? null;
}
