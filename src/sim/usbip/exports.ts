import { type ListedDevice, USBIP } from "../../protocol/usbip/values.js";
import type { UsbModule } from "../usb-module.js";
import type { Complete } from "./channel.js";
import type { VirtualDevice } from "../usb.js";
import { CONFIGURATION_VALUE } from "./descriptors.js";
import { Plugged } from "./plugged.js";

export type Import =
  | { readonly kind: "imported"; readonly record: ListedDevice; readonly plugged: Plugged }
  | { readonly kind: "refused"; readonly status: number };

/** The modules of a server and who has which: a module is imported once at a time. */
export class Exports {
  readonly #modules: readonly UsbModule[];
  readonly #given: (portPath: string, toClient: boolean) => void;
  readonly #imported = new Map<string, Plugged>();

  constructor(modules: readonly UsbModule[], given: (portPath: string, toClient: boolean) => void) {
    this.#modules = modules;
    this.#given = given;
  }

  /** What could be imported now. */
  list(): ListedDevice[] {
    return this.#modules.flatMap(({ portPath, device }) =>
      device === null || this.#imported.has(portPath) ? [] : [recordOf(device)],
    );
  }

  import(busid: string, complete: Complete): Import {
    const module = this.#modules.find(({ portPath }) => portPath === busid);
    const device = module?.device ?? null;
    if (module === undefined || device === null) return { kind: "refused", status: USBIP.status.noDevice };
    if (this.#imported.has(busid)) return { kind: "refused", status: USBIP.status.busy };
    this.#given(busid, true);
    const encapsulated = (interfaceNumber: number) => module.encapsulated(interfaceNumber);
    const plugged = new Plugged({ module, device, encapsulated, complete });
    this.#imported.set(busid, plugged);
    return { kind: "imported", record: recordOf(device), plugged };
  }

  release(plugged: Plugged): void {
    plugged.release();
    for (const [busid, holder] of this.#imported) {
      if (holder !== plugged) continue;
      this.#imported.delete(busid);
      this.#given(busid, false);
    }
  }
}

function recordOf(device: VirtualDevice): ListedDevice {
  const [classCode, subclass, protocol] = device.classTriple;
  return {
    path: `/sys/devices/virtual/ecflash/${device.portPath}`,
    busid: device.portPath,
    busNumber: Number.parseInt(device.portPath, 10),
    deviceNumber: device.deviceNumber,
    speed: USBIP.highSpeed,
    vendorId: device.vendorId,
    productId: device.productId,
    bcdDevice: device.bcdDevice,
    classCode,
    subclass,
    protocol,
    configurationValue: CONFIGURATION_VALUE,
    configurationCount: 1,
    interfaceCount: device.interfaces.length,
    interfaces: device.interfaces,
  };
}
