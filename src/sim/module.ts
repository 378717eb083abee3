import { type PartitionMap, type SectorRange, sectorsOf } from "../core/maps.js";
import { type Aftermath, networkAfter, NO_AFTERMATH, type Return, returnOf } from "./aftermath.js";
import type { BootOutcome } from "./boot.js";
import { lookAndBoot } from "./boot-look.js";
import { BusPlace } from "./bus-place.js";
import { EdlInterface, type EdlMemory } from "./edl/interface.js";
import { type Fault, Faults } from "./faults.js";
import { currentMap, partitionAt } from "./images.js";
import type { ModuleMemory, ModuleParts } from "./module-memory.js";
import type { Nand } from "./nand.js";
import type { EncapsulatedPort } from "./encapsulated-port.js";
import { NormalMode } from "./normal-mode.js";
import type { Pipe } from "./pipe.js";
import { Recorder } from "./recorder.js";
import { Timers } from "./scheduler.js";
import type { LoadedProgrammer } from "./edl/sahara-device.js";
import { FastbootPort } from "./fastboot-port.js";
import {
  bareDevice,
  LOADER_INTERFACE,
  normalDevice,
  type Placement,
  type UsbMode,
  type VirtualDevice,
} from "./usb.js";

/**
 * One virtual EC25: power, modes, NAND, what survives a flash. Attachments see it as `device` and `pipe(interface)`;
 * nothing in here knows which attachment there is.
 */
export class VirtualModule {
  readonly nand: Nand;
  readonly recorder = new Recorder();
  readonly #parts: ModuleParts;
  readonly #timers: Timers;
  readonly #faults: Faults;
  readonly #place: BusPlace;
  #memory: ModuleMemory;
  #edl: EdlInterface | null = null;
  #normal: NormalMode | null = null;

  constructor(parts: ModuleParts) {
    this.#parts = parts;
    this.nand = parts.nand;
    this.#memory = parts.memory;
    this.#timers = new Timers(parts.scheduler);
    this.#place = new BusPlace(parts.scheduler);
    this.#faults = new Faults(parts.setup.faults, parts.memory.faults);
    this.#wakeUp();
  }

  /** Where it hangs, also while it is away. */
  get portPath(): string {
    return this.#aftermath.portPath ?? this.#parts.setup.portPath;
  }

  /** Its descriptor while it is on the bus. */
  get device(): VirtualDevice | null {
    return this.#place.device;
  }

  /** The interface a host may talk through; null where this mode has none that answers. */
  pipe(interfaceNumber: number): Pipe | null {
    return this.#place.pipe(interfaceNumber);
  }

  /** The control channel of an interface: QMI or RNDIS while the firmware runs; null where there is none. */
  encapsulated(interfaceNumber: number): EncapsulatedPort | null {
    const found = this.device?.interfaces.find(({ number }) => number === interfaceNumber);
    return found === undefined ? null : (this.#normal?.encapsulated(found.role) ?? null);
  }

  /** The programmer in its memory, when one was loaded since EDL was entered. */
  get programmer(): LoadedProgrammer | null {
    return this.#edl?.loaded ?? null;
  }

  get memory(): ModuleMemory {
    const made = new Set(this.#parts.setup.nand.badBlocks);
    return {
      ...this.#memory,
      faults: this.#faults.memory,
      edl: this.#edl?.memory ?? null,
      aftermath: {
        ...this.#aftermath,
        grownBadBlocks: [...this.nand.badBlocks].filter((block) => !made.has(block)),
      },
    };
  }

  get #aftermath(): Aftermath {
    return this.#memory.aftermath ?? NO_AFTERMATH;
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
    else if (next === "fastboot") this.#plugFastboot({ keepNumber: false });
    else if (next === "reset") this.#afterReset({ settled: true });
    else if (next === "return" || mode === "normal") this.#boot({ settled: true, keepNumber: next === null });
    else if (mode === "edl") this.#plugEdl(edl);
    else if (mode === "dump") this.#plugBare("dump", { keepNumber: true });
    else if (mode === "fastboot") this.#plugFastboot({ keepNumber: true });
  }

  #boot({
    settled,
    keepNumber = false,
    atOnce = false,
    laterMs = 0,
  }: { settled: boolean; keepNumber?: boolean } & Partial<Return>): void {
    const { timing } = this.#parts.setup;
    const outcome = this.#outcome();
    const later = (ms: number, run: () => void) => {
      if (settled) run();
      else this.#timers.after(ms + laterMs, run);
    };
    const toBus = (ms: number, run: () => void) => {
      if (atOnce) run();
      else later(ms, run);
    };
    if (outcome.kind === "hangs") this.#remember({ mode: "absent", next: null });
    else if (outcome.kind === "edl") toBus(timing.edlMs, () => this.#plugEdl());
    else if (outcome.kind === "dump") toBus(timing.edlMs, () => this.#plugBare("dump", { keepNumber }));
    else {
      const normal = this.#normalMode(outcome);
      toBus(timing.usbUpMs, () => {
        this.#normal = normal;
        this.#plugNormal(normal, outcome.revision, { keepNumber });
      });
      later(timing.readyMs, () => normal.becomeReady(settled));
    }
  }

  #outcome(): BootOutcome {
    const { nand, factoryMap, setup } = this.#parts;
    const { imeiLost } = this.#aftermath;
    return lookAndBoot(nand, factoryMap, setup, { ...this.#memory, imeiLost });
  }

  #normalMode(outcome: BootOutcome & { kind: "normal" }): NormalMode {
    const { setup } = this.#parts;
    return new NormalMode({
      outcome,
      setup: { ...setup, network: networkAfter(setup.network, this.#aftermath) },
      nv: () => this.#memory.nv,
      updateNv: (change) => this.#remember({ nv: { ...this.#memory.nv, ...change } }),
      timers: this.#timers,
      recorder: this.recorder,
      faults: this.#faults,
      openPipe: (interfaceNumber) => this.#place.open(interfaceNumber),
      enterEdl: () => this.#leaveFor("edl", () => this.#plugEdl()),
      enterFastboot: () => this.#leaveFor("fastboot", () => this.#plugFastboot({ keepNumber: false })),
      restart: () => this.#restart(),
      powerDown: () => this.#powerDown(),
      unplug: (fault) => this.#unplug(fault),
    });
  }

  /** The firmware was told to start something else: off the bus, and back as that. */
  #leaveFor(next: "edl" | "fastboot", plug: () => void): void {
    const { timing } = this.#parts.setup;
    const { comes, atOnce, laterMs, left } = returnOf(this.#faults);
    this.#remember({ next: comes ? next : null });
    this.#timers.after(timing.leaveMs, () => {
      this.#leaveBus();
      this.#remember({ mode: "absent", aftermath: { ...this.#aftermath, ...left } });
      if (comes) this.#timers.after(atOnce ? 0 : timing.edlMs + laterMs, plug);
    });
  }

  #plugFastboot({ keepNumber }: { keepNumber: boolean }): void {
    const pipe = this.#place.open(LOADER_INTERFACE);
    pipe.connect(
      new FastbootPort({
        pipe,
        chipSerial: this.#parts.setup.hardware.chipSerial,
        restart: () => this.#restart(),
        again: () => this.#leaveFor("fastboot", () => this.#plugFastboot({ keepNumber: false })),
      }),
    );
    this.#plugBare("fastboot", { keepNumber });
  }

  #plugEdl(memory: EdlMemory | null = null): void {
    const { setup, nand, factoryMap } = this.#parts;
    const pipe = this.#place.open(
      LOADER_INTERFACE,
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
        identity: setup.identity,
        partitionAt: (sector) => partitionAt(factoryMap, nand.blockOf(sector)),
        sblWriting: (whole) => this.#remember({ sblIncomplete: !whole }),
        reset: (delayMs) => this.#resetAfter(delayMs),
        powerOff: () => this.#powerDown(),
        unplug: (fault) => this.#unplug(fault),
        changed: () => this.#parts.save(),
      },
      memory,
    );
    pipe.connect(this.#edl);
    this.#plugBare("edl", { keepNumber: memory !== null });
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
    const { left, ...way } = returnOf(this.#faults);
    const aftermath = { ...this.#aftermath, ...left };
    this.#remember({ mode: "absent", next: way.comes ? "return" : null, aftermath });
    if (way.comes) this.#boot({ settled, ...way });
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

  #plugNormal(normal: NormalMode, revision: string, { keepNumber }: { keepNumber: boolean }): void {
    const { switches, identity, hardware } = this.#parts.setup;
    const { nv, usbChoice } = this.#memory;
    const choice = (keepNumber ? usbChoice : null) ?? { usbnet: nv.usbnet, usbcfg: nv.usbcfg };
    this.#remember({ usbChoice: choice });
    const appearance = { switches, choice, revision, strings: identity.strings };
    const device = normalDevice(this.#placement(keepNumber), appearance, hardware.chipSerial);
    normal.plug(device.interfaces);
    this.#plug(device);
  }

  #plugBare(mode: Exclude<UsbMode, "normal">, { keepNumber }: { keepNumber: boolean }): void {
    this.#plug(bareDevice(mode, this.#placement(keepNumber), this.#parts.setup.switches));
  }

  #placement(keepNumber: boolean): Placement {
    const { nextDeviceNumber } = this.#parts;
    const firstTty = this.#aftermath.ttyRenumbered ? this.#parts.otherFirstTty : this.#parts.firstTty;
    const deviceNumber = keepNumber ? this.#memory.deviceNumber : nextDeviceNumber();
    return { portPath: this.portPath, deviceNumber, firstTty };
  }

  #plug(device: VirtualDevice): void {
    this.#place.plug(device);
    this.#remember({ mode: device.mode, next: null, deviceNumber: device.deviceNumber });
  }

  /** Off the bus, with all that power held. */
  #leaveBus(): void {
    this.#timers.clear();
    this.#place.unplug();
    this.#edl = null;
    this.#normal = null;
  }

  #remember(change: Partial<ModuleMemory>): void {
    this.#memory = { ...this.#memory, ...change };
    this.#parts.save();
    this.#parts.scheduler.wake();
  }
}
