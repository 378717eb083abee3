import type { ModuleMemory } from "./module.js";
import { type Nv, NV_DEFAULTS } from "./nv.js";
import type { ModuleSetup } from "./scenario.js";

/** Worlds of earlier versions of ecflash open: what came later and is missing gets its usual value. */

/** What the first worlds did not know, with the values that scenarios have which do not say them. */
const YOUNG_TIMING = { networkScanMs: 60_000 };
const YOUNG_SWITCHES = { longRevision: "answered", hardwareVersion: "error", powerDown: "answered" } as const;

export function upgradedSetup(setup: ModuleSetup): ModuleSetup {
  return {
    ...setup,
    nv: filled(setup.nv),
    timing: { ...YOUNG_TIMING, ...setup.timing },
    switches: { ...YOUNG_SWITCHES, ...setup.switches },
  };
}

export function upgradedMemory(memory: ModuleMemory): ModuleMemory {
  return { ...memory, nv: filled(memory.nv) };
}

/** The first worlds knew neither the scan settings nor `usbcfg`. */
function filled(nv: Nv): Nv {
  return { ...NV_DEFAULTS, ...nv };
}
