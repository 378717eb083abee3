import type { UsbDevice } from "../core/bus.js";
import { type PartitionMap, type SectorRange, sectorsOf } from "../core/maps.js";
import { bootOutcome, type BootOutcome } from "./boot.js";
import { EdlInterface, type EdlMemory } from "./edl.js";
import { type Fault, type FaultMemory, Faults } from "./faults.js";
import { currentMap } from "./images.js";
import type { Nand } from "./nand.js";
import type { EncapsulatedPort } from "./encapsulated-port.js";
import { NormalMode } from "./normal-mode.js";
import { calibrationBlocks, type Nv } from "./nv.js";
import { Pipe } from "./pipe.js";
import { Recorder } from "./recorder.js";
import { type Scheduler, Timers } from "./scheduler.js";
import type { LoadedProgrammer } from "./sahara-device.js";
import type { ModuleSetup } from "./scenario.js";
import { QMI_INTERFACE, descriptorOf, EDL_INTERFACE, type UsbMode } from "./usb.js";
import { isLoadableSbl, revisionInImage } from "./vendor/content.js";

/** What of a module lasts between commands, besides its NAND. */
export interface ModuleMemory {
  readonly mode: UsbMode | "absent";
  /** A way it was on: into EDL, through a commanded restart, or back from an unplugging. */
  readonly next: "edl" | "reset" | "return" | null;
  readonly deviceNumber: number;
  readonly nv: Nv;
  readonly calibrationHash: string;
  /** A fault destroyed what no image shows. */
  readonly calibrationLost: boolean;
  /** A fault makes the firmware claim this. */
  readonly claimedRevision: string | null;
  readonly sblIncomplete: boolean;
  readonly faults: readonly FaultMemory[];
  readonly edl: EdlMemory | null;
}

export interface ModuleParts {
  readonly setup: ModuleSetup;
  readonly scheduler: Scheduler;
  readonly nand: Nand;
  readonly factoryMap: PartitionMap;
  readonly firstTty: number;
  readonly memory: ModuleMemory;
  readonly nextDeviceNumber: () => number;
  /** Called after every change that must outlive the process. */
  save(): void;
}

/**
 * One virtual EC25: power, modes, NAND, what survives a flash. Attachments see it as `device` and `pipe(interface)`;
 * nothing in here knows which attachment there is.
 */
export class VirtualModule {
  readonly portPath: string;
  readonly nand: Nand;
  readonly recorder = new Recorder();
  readonly #parts: ModuleParts;
  readonly #timers: Timers;
  readonly #faults: Faults;
  readonly #pipes = new Map<number, Pipe>();
  #memory: ModuleMemory;
  #device: UsbDevice | null = null;
  #edl: EdlInterface | null = null;
  #normal: NormalMode | null = null;

  constructor(parts: ModuleParts) {
    this.#parts = parts;
    this.portPath = parts.setup.portPath;
    this.nand = parts.nand;
    this.#memory = parts.memory;
    this.#timers = new Timers(parts.scheduler);
    this.#faults = new Faults(parts.setup.faults, parts.memory.faults);
    this.#wakeUp();
  }

  /** Its descriptor while it is on the bus. */
  get device(): UsbDevice | null {
    return this.#device;
  }

  /** The interface a host may talk through; null where this mode has none that answers. */
  pipe(interfaceNumber: number): Pipe | null {
    return this.#pipes.get(interfaceNumber) ?? null;
  }

  /** The control channel of an interface: QMI while the firmware runs; null where there is none. */
  encapsulated(interfaceNumber: number): EncapsulatedPort | null {
    return interfaceNumber === QMI_INTERFACE ? (this.#normal?.qmi ?? null) : null;
  }

  /** The programmer in its memory, when one was loaded since EDL was entered. */
  get programmer(): LoadedProgrammer | null {
    return this.#edl?.loaded ?? null;
  }

  get memory(): ModuleMemory {
    return { ...this.#memory, faults: this.#faults.memory, edl: this.#edl?.memory ?? null };
  }

  /** The map that is in the NAND now; null while there is none. */
  currentMap(): PartitionMap | null {
    return currentMap(this.nand);
  }

  /**
   * Bytes of a range of sectors, or of a partition by the map that is in the NAND (by the factory map while it has none).
   * @throws RangeError for a partition no map names
   */
  nandBytes(where: string | SectorRange): Uint8Array {
    if (typeof where !== "string") return this.nand.read(where);
    const map = this.currentMap() ?? this.#parts.factoryMap;
    const partition = map.partitions.find(({ name }) => name === where);
    if (partition === undefined) throw new RangeError(`no partition is called ${where}`);
    return this.nand.read(sectorsOf(partition, this.nand.geometry));
  }

  /** SHA-256 of the whole NAND: two equal ones mean that nothing changed. */
  nandHash(): string {
    return this.nand.hashBlocks(0, this.nand.geometry.blockCount);
  }

  /** Takes power away and gives it back: a running programmer is gone, boot rules decide what comes. */
  powerCycle(): void {
    this.#leaveBus();
    this.#remember({ mode: "absent", next: "return" });
    this.#boot({ settled: false });
  }

  /** Writes what lasts; it already was written at every change. */
  flush(): void {
    this.#parts.save();
  }

  /** How a new process finds the module: what was on its way has arrived. */
  #wakeUp(): void {
    const { mode, next, edl } = this.#memory;
    if (next === "edl") this.#plugEdl();
    else if (next === "reset") this.#afterReset({ settled: true });
    else if (next === "return" || mode === "normal") this.#boot({ settled: true, keepNumber: next === null });
    else if (mode === "edl") this.#plugEdl(edl);
    else if (mode === "dump") this.#plug("dump", { keepNumber: true });
  }

  #boot({ settled, keepNumber = false }: { settled: boolean; keepNumber?: boolean }): void {
    const { timing } = this.#parts.setup;
    const outcome = this.#outcome();
    const later = (ms: number, run: () => void) => {
      if (settled) run();
      else this.#timers.after(ms, run);
    };
    if (outcome.kind === "hangs") this.#remember({ mode: "absent", next: null });
    else if (outcome.kind === "edl") later(timing.edlMs, () => this.#plugEdl());
    else if (outcome.kind === "dump") later(timing.edlMs, () => this.#plug("dump", { keepNumber }));
    else {
      const normal = this.#normalMode(outcome);
      later(timing.usbUpMs, () => {
        normal.plug();
        this.#normal = normal;
        this.#plug("normal", { keepNumber });
      });
      later(timing.readyMs, () => normal.becomeReady(settled));
    }
  }

  #outcome(): BootOutcome {
    const { nand, factoryMap, setup } = this.#parts;
    const map = currentMap(nand);
    const revisionOf = (name: string) => {
      const partition = map?.partitions.find((candidate) => candidate.name === name);
      if (partition === undefined) return null;
      const { pagesPerBlock, pageSizeBytes } = nand.geometry;
      return revisionInImage(nand.readImage(partition.startBlock * pagesPerBlock, pageSizeBytes));
    };
    const calibration = calibrationBlocks(factoryMap);
    const loadable = isLoadableSbl(nand.readImage(0, nand.geometry.pageSizeBytes));
    const outcome = bootOutcome({
      sbl: !loadable ? "absent" : this.#memory.sblIncomplete ? "torn" : "loadable",
      map,
      systemRevision: revisionOf("system"),
      modemRevision: revisionOf("modem"),
      hardwareCode: setup.hardware.hardwareCode,
      calibrationIntact:
        !this.#memory.calibrationLost &&
        nand.hashBlocks(calibration.start, calibration.end) === this.#memory.calibrationHash,
      switches: setup.switches,
    });
    const { claimedRevision } = this.#memory;
    return outcome.kind === "normal" && claimedRevision !== null
      ? { ...outcome, revision: claimedRevision }
      : outcome;
  }

  #normalMode(outcome: BootOutcome & { kind: "normal" }): NormalMode {
    return new NormalMode({
      outcome,
      setup: this.#parts.setup,
      nv: () => this.#memory.nv,
      updateNv: (change) => this.#remember({ nv: { ...this.#memory.nv, ...change } }),
      timers: this.#timers,
      recorder: this.recorder,
      faults: this.#faults,
      openPipe: (interfaceNumber) => this.#openPipe(interfaceNumber),
      enterEdl: () => this.#enterEdl(),
      restart: () => this.#restart(),
      powerDown: () => this.#powerDown(),
    });
  }

  #enterEdl(): void {
    const { timing } = this.#parts.setup;
    this.#remember({ next: "edl" });
    this.#timers.after(timing.leaveMs, () => {
      this.#leaveBus();
      this.#remember({ mode: "absent" });
      this.#timers.after(timing.edlMs, () => this.#plugEdl());
    });
  }

  #plugEdl(memory: EdlMemory | null = null): void {
    const { setup, nand, factoryMap } = this.#parts;
    const pipe = this.#openPipe(
      EDL_INTERFACE,
      (memory?.queued ?? []).map((text) => Uint8Array.from(Buffer.from(text, "base64"))),
    );
    this.#edl = new EdlInterface(
      {
        pipe,
        nand,
        recorder: this.recorder,
        faults: this.#faults,
        timers: this.#timers,
        switches: setup.switches,
        timing: setup.timing,
        chipSerial: setup.hardware.chipSerial,
        partitionAt: (sector) => {
          const block = nand.blockOf(sector);
          const home = factoryMap.partitions.find(
            ({ startBlock, blockCount }) => block >= startBlock && block < startBlock + blockCount,
          );
          return home?.name ?? null;
        },
        sblWriting: (whole) => this.#remember({ sblIncomplete: !whole }),
        reset: (delayMs) => this.#resetAfter(delayMs),
        powerOff: () => this.#powerDown(),
        unplug: (fault) => this.#unplug(fault),
        changed: () => this.#parts.save(),
      },
      memory,
    );
    pipe.connect(this.#edl);
    this.#plug("edl", { keepNumber: memory !== null });
  }

  /** The programmer waits, still on the bus, then restarts the module. */
  #resetAfter(delayMs: number): void {
    this.#remember({ next: "reset" });
    this.#timers.after(delayMs, () => this.#afterReset({ settled: false }));
  }

  #afterReset({ settled }: { settled: boolean }): void {
    this.#leaveBus();
    this.#faults.begin("reset");
    if (this.#faults.fires(["efs-lost"]) !== null) this.#remember({ calibrationLost: true });
    const wrong = this.#faults.fires(["wrong-revision"]);
    if (wrong !== null) this.#remember({ claimedRevision: wrong.revision });
    const away = this.#faults.fires(["no-return"]);
    this.#remember({ mode: "absent", next: away === null ? "return" : null });
    if (away === null) this.#boot({ settled });
  }

  #restart(): void {
    this.#remember({ next: "return" });
    this.#timers.after(this.#parts.setup.timing.leaveMs, () => this.powerCycle());
  }

  #powerDown(): void {
    this.#timers.after(this.#parts.setup.timing.leaveMs, () => {
      this.#leaveBus();
      this.#remember({ mode: "absent", next: null });
    });
  }

  #unplug({ returnMs }: Fault): void {
    this.#leaveBus();
    this.#remember({ mode: "absent", next: returnMs === null ? null : "return" });
    if (returnMs !== null) this.#timers.after(returnMs, () => this.#boot({ settled: false }));
  }

  #openPipe(interfaceNumber: number, queued: readonly Uint8Array[] = []): Pipe {
    const { scheduler } = this.#parts;
    const pipe = new Pipe(() => scheduler.wake(), queued);
    this.#pipes.set(interfaceNumber, pipe);
    return pipe;
  }

  #plug(mode: UsbMode, { keepNumber }: { keepNumber: boolean }): void {
    const { nextDeviceNumber, firstTty } = this.#parts;
    const deviceNumber = keepNumber ? this.#memory.deviceNumber : nextDeviceNumber();
    this.#device = descriptorOf(mode, { portPath: this.portPath, deviceNumber, firstTty });
    this.#remember({ mode, next: null, deviceNumber });
  }

  /** Off the bus, with all that power held. */
  #leaveBus(): void {
    this.#timers.clear();
    for (const pipe of this.#pipes.values()) pipe.die();
    this.#pipes.clear();
    this.#device = null;
    this.#edl = null;
    this.#normal = null;
  }

  #remember(change: Partial<ModuleMemory>): void {
    this.#memory = { ...this.#memory, ...change };
    this.#parts.save();
    this.#parts.scheduler.wake();
  }
}
