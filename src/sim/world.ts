import type { Clock, ModuleBus } from "../core/bus.js";
import { geometryOf, mapOf, programTree } from "./images.js";
import { InProcessBus } from "./in-process-bus.js";
import { VirtualModule } from "./module.js";
import type { ModuleMemory } from "./module-memory.js";
import { Nand } from "./nand.js";
import { FileNandStore, MemoryNandStore, type NandStore } from "./nand-store.js";
import { calibrate, calibrationBlocks } from "./nv.js";
import { Scheduler } from "./scheduler.js";
import type { ModuleSetup, Scenario } from "./scenario.js";
import { makeVendorTree } from "./vendor/tree.js";
import { clearWorld, nandDirectory, readWorld, type WorldMemory, writeWorld } from "./world-file.js";

export { hasWorld } from "./world-file.js";

/** Fast enough that a whole flash takes seconds, slow enough that a person sees it move. */
const DEFAULT_TIME_SCALE = 0.1;
const FIRST_DEVICE_NUMBER = 4;
const TTYS_PER_MODULE = 4;

export interface WorldOptions {
  readonly clock: Clock;
  /** Host milliseconds of one model millisecond; greater than 0. */
  readonly timeScale?: number;
}

/** Virtual modules and the bus they hang on. */
export interface World {
  readonly scenario: Scenario;
  readonly bus: ModuleBus;
  readonly modules: readonly VirtualModule[];
  /** Time of this world; an attachment that waits for hosts outside of the process drives it. */
  readonly scheduler: Scheduler;
  flush(): void;
}

/**
 * A new world. With `dir` it lasts: NAND pages and state go to files at once, and `openWorld` finds it where it was
 * left, however the process ended. An earlier world in `dir` is replaced.
 * @throws EcflashError `state-unwritable`
 */
export function createWorld(
  options: WorldOptions & { readonly scenario: Scenario; readonly dir?: string },
): World {
  const { scenario, dir = null } = options;
  if (dir !== null) clearWorld(dir);
  const nands = scenario.modules.map((setup, index) => nandOf(setup, dir, index));
  const modules = scenario.modules.map((setup, index) => factoryMemory(setup, nandAt(nands, index), index));
  const memory: WorldMemory = {
    scenario,
    nextDeviceNumber: FIRST_DEVICE_NUMBER + modules.length,
    modules,
  };
  return assemble(memory, nands, dir, options);
}

/**
 * The world that lasts in `dir`. A module that was restarting when the last process ended has come back by now.
 * @throws EcflashError `input-unreadable` when there is none, `state-unwritable`
 */
export function openWorld(dir: string, options: WorldOptions): World {
  const memory = readWorld(dir);
  const nands = memory.scenario.modules.map((setup, index) => {
    const grown = memory.modules[index]?.aftermath?.grownBadBlocks ?? [];
    return nandOf(setup, dir, index, grown);
  });
  return assemble(memory, nands, dir, options);
}

function assemble(
  memory: WorldMemory,
  nands: readonly Nand[],
  dir: string | null,
  { clock, timeScale = DEFAULT_TIME_SCALE }: WorldOptions,
): World {
  if (!(timeScale > 0)) throw new RangeError("timeScale must be greater than 0");
  const { scenario } = memory;
  const scheduler = new Scheduler(clock, timeScale);
  let nextDeviceNumber = memory.nextDeviceNumber;
  const modules: VirtualModule[] = [];
  const flush = () => {
    // While modules are still being made there is nothing whole to write.
    if (dir === null || modules.length < scenario.modules.length) return;
    writeWorld(dir, { scenario, nextDeviceNumber, modules: modules.map((module) => module.memory) });
  };
  scenario.modules.forEach((setup, index) => {
    const remembered = memory.modules[index];
    if (remembered === undefined) throw new RangeError(`the world has no memory of module ${index}`);
    modules.push(
      new VirtualModule({
        setup,
        scheduler,
        nand: nandAt(nands, index),
        factoryMap: mapOf(setup.nand),
        firstTty: index * TTYS_PER_MODULE,
        otherFirstTty: (scenario.modules.length + index) * TTYS_PER_MODULE,
        memory: remembered,
        nextDeviceNumber: () => nextDeviceNumber++,
        save: flush,
      }),
    );
  });
  flush();
  const bytesPerMs = Math.min(...scenario.modules.map(({ timing }) => timing.bytesPerMs));
  return { scenario, bus: new InProcessBus(modules, scheduler, bytesPerMs), modules, scheduler, flush };
}

function nandOf(
  { nand }: ModuleSetup,
  dir: string | null,
  index: number,
  grownBadBlocks: readonly number[] = [],
): Nand {
  const geometry = geometryOf(nand);
  const store: NandStore =
    dir === null
      ? new MemoryNandStore()
      : new FileNandStore(nandDirectory(dir, index), geometry.pageSizeBytes);
  return new Nand(geometry, store, [...nand.badBlocks, ...grownBadBlocks]);
}

function nandAt(nands: readonly Nand[], index: number): Nand {
  const nand = nands[index];
  if (nand === undefined) throw new RangeError(`no NAND ${index}`);
  return nand;
}

/** Calibrates the NAND, puts the first firmware on it, and says how the module leaves the factory. */
function factoryMemory(setup: ModuleSetup, nand: Nand, index: number): ModuleMemory {
  const { revision } = setup.firmware;
  const map = mapOf(setup.nand);
  const seed = setup.hardware.chipSerial;
  const calibrationHash = calibrate(nand, calibrationBlocks(map), seed);
  programTree(nand, revision, makeVendorTree({ revision, geometry: nand.geometry, map, seed }));
  return {
    mode: setup.startsIn,
    next: setup.startsIn === "edl" ? "edl" : null,
    deviceNumber: FIRST_DEVICE_NUMBER + index,
    nv: setup.nv,
    usbChoice: null,
    calibrationHash,
    calibrationLost: false,
    claimedRevision: null,
    sblIncomplete: false,
    faults: [],
    edl: null,
  };
}
