import type { Fault, FaultName, Faults } from "./faults.js";
import type { Registration, SimState } from "./network.js";
import type { Network } from "./scenario.js";

/** What faults at restarts have left for good. */
export interface Aftermath {
  /** Where it hangs since; null is where it was made. */
  readonly portPath: string | null;
  /** Its serial ports have the other numbers. */
  readonly ttyRenumbered: boolean;
  readonly imeiLost: boolean;
  readonly sim: SimState | null;
  readonly registration: Registration | null;
  readonly grownBadBlocks: readonly number[];
}

export const NO_AFTERMATH: Aftermath = {
  portPath: null,
  ttyRenumbered: false,
  imeiLost: false,
  sim: null,
  registration: null,
  grownBadBlocks: [],
};

/** The network as it is for the module now. */
export function networkAfter(network: Network, { sim, registration }: Aftermath): Network {
  return { ...network, sim: sim ?? network.sim, registration: registration ?? network.registration };
}

/** How a module that leaves the bus comes back. */
export interface Return {
  readonly comes: boolean;
  /** Without a gap that a snapshot could show. */
  readonly atOnce: boolean;
  readonly laterMs: number;
  readonly left: Partial<Aftermath>;
}

/** Lets the faults happen that stand at the act that has just begun: `reset`, or the switch to EDL. */
export function returnOf(faults: Faults): Return {
  const fired = (name: FaultName): Fault | null => faults.fires([name]);
  const path = fired("other-port-path");
  const network = fired("network-changed");
  return {
    comes: fired("no-return") === null,
    atOnce: fired("no-gap") !== null,
    laterMs: fired("slow-return")?.returnMs ?? 0,
    left: {
      ...(path === null ? {} : { portPath: path.portPath ?? null }),
      ...(fired("tty-renumbered") === null ? {} : { ttyRenumbered: true }),
      ...(fired("imei-lost") === null ? {} : { imeiLost: true }),
      ...(network?.sim == null ? {} : { sim: network.sim }),
      ...(network?.registration == null ? {} : { registration: network.registration }),
    },
  };
}
