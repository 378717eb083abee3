import { LATER_SWITCHES } from "./edl/switches.js";
import type { ModuleMemory } from "./module-memory.js";
import { upgradedNetwork } from "./network.js";
import { type Nv, NV_DEFAULTS } from "./nv.js";
import type { Identity, ModuleSetup } from "./scenario.js";
import type { UsbSwitches } from "./usb.js";

/** Worlds of earlier versions of ecflash open: what came later and is missing gets its usual value. */

type Earlier<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

/** What the first worlds did not know, with the values that scenarios have which do not say them. */
const YOUNG_TIMING = { networkScanMs: 60_000 };
const YOUNG_SWITCHES = { longRevision: "answered", hardwareVersion: "error", powerDown: "answered" } as const;

export function upgradedSetup(setup: Earlier<ModuleSetup, "identity">): ModuleSetup {
  return {
    ...setup,
    identity: setup.identity ?? QUECTEL,
    nv: filled(setup.nv),
    timing: { ...YOUNG_TIMING, ...setup.timing },
    network: upgradedNetwork(setup.network),
    switches: { ...YOUNG_SWITCHES, ...USB_DEFAULTS, ...LATER_SWITCHES, ...setup.switches },
  };
}

export function upgradedMemory(memory: Earlier<ModuleMemory, "usbChoice">): ModuleMemory {
  return { ...memory, usbChoice: memory.usbChoice ?? null, nv: filled(memory.nv) };
}

/** The first worlds had EC25s in the default composition only. */
const QUECTEL: Identity = {
  maker: "Quectel",
  model: null,
  strings: null,
  chip: "0x000480e100000000",
  programmer: "accepted",
};
const USB_DEFAULTS: UsbSwitches = {
  usbStrings: "android",
  usbClass: "miscellaneous",
  adbPlace: "last",
  crashMode: "quectel",
};

/** The first worlds knew neither the scan settings nor `usbcfg`. */
function filled(nv: Nv): Nv {
  return { ...NV_DEFAULTS, ...nv };
}
