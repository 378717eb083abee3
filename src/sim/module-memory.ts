import type { PartitionMap } from "../core/maps.js";
import type { Aftermath } from "./aftermath.js";
import type { UsbChoice } from "./composition.js";
import type { EdlMemory } from "./edl/interface.js";
import type { FaultMemory } from "./faults.js";
import type { Nand } from "./nand.js";
import type { Nv } from "./nv.js";
import type { ModuleSetup } from "./scenario.js";
import type { Scheduler } from "./scheduler.js";
import type { UsbMode } from "./usb.js";

/** What of a module lasts between commands, besides its NAND. */
export interface ModuleMemory {
  readonly mode: UsbMode | "absent";
  /** A way it was on: into EDL, through a commanded restart, or back from an unplugging. */
  readonly next: "edl" | "fastboot" | "reset" | "return" | null;
  readonly deviceNumber: number;
  readonly nv: Nv;
  /** What of NV the running firmware started with: a change shows at the next start. Null before the first. */
  readonly usbChoice: UsbChoice | null;
  readonly calibrationHash: string;
  /** A fault destroyed what no image shows. */
  readonly calibrationLost: boolean;
  /** A fault makes the firmware claim this. */
  readonly claimedRevision: string | null;
  readonly sblIncomplete: boolean;
  /** Absent in worlds of an earlier version. */
  readonly aftermath?: Aftermath;
  readonly faults: readonly FaultMemory[];
  readonly edl: EdlMemory | null;
}

export interface ModuleParts {
  readonly setup: ModuleSetup;
  readonly scheduler: Scheduler;
  readonly nand: Nand;
  readonly factoryMap: PartitionMap;
  readonly firstTty: number;
  /** Numbers of serial ports that no module has in the beginning. */
  readonly otherFirstTty: number;
  readonly memory: ModuleMemory;
  readonly nextDeviceNumber: () => number;
  /** Called after every change that must outlive the process. */
  save(): void;
}
