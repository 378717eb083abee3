import { modeOf, type UsbMode, usbIdsText } from "../../../core/usb-mode.js";
import { type Observation, subject } from "../observation.js";

const QUECTEL = 0x2c7c;
/** How a listed modem of another maker is told: it is of interest only where there is nothing else. */
export const FOREIGN = "USB, another maker's";
/** Of the EC25, the EG25 and the EC20-CE; any other product id is one of the maker's other modules (domain.md 3.1). */
const FAMILY = 0x0125;

/** Makers of other modems, by the vendor ids of the kernel's option and qcserial drivers. */
const OTHER_MAKERS: ReadonlySet<number> = new Set([
  0x1199, 0x1bc7, 0x12d1, 0x1e0e, 0x2cb7, 0x19d2, 0x1546, 0x1e2d, 0x1c9e, 0x2dee,
]);

/** A USB device as listings show it; null for what the listing left out. */
export interface ListedDevice {
  readonly vendorId: number;
  readonly productId: number;
  readonly interfaces: number | null;
  readonly maker: string | null;
  readonly product: string | null;
}

/** A device as the line with its ids begins it, four hex digits each. */
export function listedDevice(vendor = "", product = ""): ListedDevice {
  return {
    vendorId: Number.parseInt(vendor, 16),
    productId: Number.parseInt(product, 16),
    interfaces: null,
    maker: null,
    product: null,
  };
}

/** The boot ROM's and the dumper's product name under Quectel's own ids (forums.quectel.com 35001). */
const DUMPER = /^QHSUSB/;

/**
 * What a listed device says: the mode of a module, or that it is one of the maker's others; nothing for anything else.
 * Product names are read only to tell who made it: they are the firmware's, or the list of the host (domain.md 1.4).
 */
export function usbObservations(device: ListedDevice, modes: readonly UsbMode[]): readonly Observation[] {
  const { vendorId, productId, product } = device;
  const ids = usbIdsText(device);
  const interfaces = product !== null && DUMPER.test(product) ? 1 : (device.interfaces ?? 0);
  const mode = modeOf(
    { vendorId, productId, interfaces: Array.from({ length: interfaces }, () => NO_INTERFACE) },
    modes,
  );
  const isOther = vendorId === QUECTEL && productId !== FAMILY && !isOfSite(device, modes);
  if (isOther) return [{ kind: "stranger", text: `USB ${ids}` }];
  if (mode === null)
    return OTHER_MAKERS.has(vendorId) ? [{ kind: "stranger", text: `${FOREIGN} ${ids}` }] : [];
  const named: Observation[] = [];
  if (device.maker !== null && mode === "normal") named.push({ kind: "maker", text: device.maker });
  if (product !== null && mode === "normal") named.push({ kind: "model", text: product });
  return [{ kind: "mode", mode, how: `USB ${ids}` }, ...named];
}

/** The same under the key of the device; nothing at all where it says nothing. */
export function listedObservations(
  key: string,
  device: ListedDevice,
  modes: readonly UsbMode[],
): readonly Observation[] {
  const said = usbObservations(device, modes);
  return said.length === 0 ? [] : [subject(key), ...said];
}

/** An id that the owner of the modules gave them. */
function isOfSite({ vendorId, productId }: ListedDevice, modes: readonly UsbMode[]): boolean {
  return modes.some(
    (row) => row.vendorId === vendorId && row.productId === productId && row.standing === "site",
  );
}

const NO_INTERFACE = { number: 0, classCode: 0, subclass: 0, protocol: 0, endpoints: [], tty: null };
