import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ModuleBus } from "../../src/core/bus.js";
import { readDeclarations } from "../../src/core/declaration.js";
import type { RunEvent } from "../../src/core/events.js";
import type { FlowContext } from "../../src/flow/context.js";
import type { IndexSettings } from "../../src/flow/fetch.js";
import { flash, type FlashOptions } from "../../src/flow/flash.js";
import { recover, type RecoverOptions } from "../../src/flow/recover.js";
import type { RunResult } from "../../src/flow/run.js";
import { StopSwitch } from "../../src/flow/stop-switch.js";
import { loadFacts, loadUsbModes } from "../../src/manifest/load.js";
import { SHIPPED_SCENARIOS } from "../../src/manifest/read.js";
import { loadScenario } from "../../src/manifest/scenarios.js";
import type { Fault } from "../../src/sim/faults.js";
import type { VirtualModule } from "../../src/sim/module.js";
import type { Network, ModuleSetup, ReleaseSetup, Scenario } from "../../src/sim/scenario.js";
import { createWorld, type World } from "../../src/sim/world.js";
import { expectContract } from "./contract.js";
import { EPOCH_MS, INDEX, makeSite, raise, type Site, type SiteChanges } from "./site.js";
import { expectTruth, snapshotOf } from "./truth.js";
import { VirtualTime } from "./virtual-time.js";

export interface BenchSetup {
  /** `wrong-variant` when not said. */
  readonly scenario?: string;
  readonly module?: (setup: ModuleSetup) => Partial<ModuleSetup>;
  readonly faults?: readonly FaultInput[];
  readonly network?: Partial<Network>;
  readonly release?: Partial<ReleaseSetup>;
  readonly edges?: Scenario["edges"];
  readonly site?: SiteChanges;
  /** State and cache of another bench: the same host, another module. */
  readonly sameHostAs?: Bench;
}

type FaultInput = Pick<Fault, "name"> & {
  readonly at: Partial<Fault["at"]> & Pick<Fault["at"], "item">;
} & Partial<Omit<Fault, "name" | "at">>;

/** What one command said and gave. */
export interface Told {
  readonly result: RunResult;
  readonly events: readonly RunEvent[];
  /** The last words as one text. */
  readonly words: string;
}

export interface Hooks {
  /** Hears every event at once, while the command runs: the place to press Ctrl-C or pull a cable. */
  readonly on?: (event: RunEvent, stop: StopSwitch) => void;
  readonly bus?: ModuleBus;
  readonly now?: () => Date;
}

/** Every image still takes several pages and payloads; the demo's own test flashes the usual sizes. */
const SMALL: ReleaseSetup["sizes"] = {
  sbl: 100_000,
  tz: 60_000,
  aboot: 60_000,
  boot: 60_000,
  rpm: 60_000,
  modem: 500_000,
  recoveryfs: 60_000,
  system: 100_000,
};
const LABEL = "EC25AFA-512-STD";
const facts = await loadFacts();
const modes = await loadUsbModes();
const sites = new Map<string, Promise<Site>>();

/** One host with one virtual world. Every command is a new process to it: a new switch, new events, the same records. */
export class Bench {
  readonly world: World;
  readonly scenario: Scenario;
  readonly site: Site;
  readonly clock: VirtualTime;
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly index: IndexSettings;

  constructor(scenario: Scenario, site: Site, scratch: string, host: Bench | undefined) {
    this.scenario = scenario;
    this.site = site;
    this.clock = host?.clock ?? new VirtualTime();
    this.world = createWorld({ scenario, clock: this.clock, timeScale: 1 });
    this.stateDir = host?.stateDir ?? join(scratch, "state");
    this.cacheDir = host?.cacheDir ?? join(scratch, "cache");
    this.index = { url: join(scratch, INDEX), publicKeys: [site.publicKey] };
  }

  get module(): VirtualModule {
    return this.world.modules[0] ?? raise("no module");
  }

  get setup(): ModuleSetup {
    return this.scenario.modules[0] ?? raise("no module");
  }

  get journalPath(): string {
    return join(this.stateDir, "journal", `${this.setup.portPath}.json`);
  }

  get hasJournal(): boolean {
    return existsSync(this.journalPath);
  }

  async journal(): Promise<Record<string, unknown>> {
    return JSON.parse(await readFile(this.journalPath, "utf8")) as Record<string, unknown>;
  }

  async journals(): Promise<string[]> {
    return existsSync(join(this.stateDir, "journal")) ? readdir(join(this.stateDir, "journal")) : [];
  }

  context(emit: (event: RunEvent) => void, stop: StopSwitch, { bus, now }: Hooks = {}): FlowContext {
    return {
      bus: bus ?? this.world.bus,
      clock: this.clock,
      now: now ?? (() => new Date(EPOCH_MS + this.clock.nowMs())),
      facts,
      modes,
      emit,
      stop,
      stateDir: this.stateDir,
      cacheDir: this.cacheDir,
    };
  }

  async flash(options: Partial<FlashOptions> & Hooks = {}): Promise<Told> {
    const declarations = readDeclarations({ label: LABEL }, facts);
    return this.run(options, async (context) =>
      flash(context, { declarations, index: this.index, connect: "require", ...options }),
    );
  }

  async recover(options: Partial<RecoverOptions> & Hooks = {}): Promise<Told> {
    return this.run(options, async (context) =>
      recover(context, { connect: "require", index: this.index, ...options }),
    );
  }

  /** Any command, with its events held to their contract and its last words to the state of the module. */
  async run(hooks: Hooks, command: (context: FlowContext) => Promise<RunResult>): Promise<Told> {
    const stop = new StopSwitch();
    const events: RunEvent[] = [];
    const before = snapshotOf(this);
    const result = await command(
      this.context(
        (event) => {
          events.push(event);
          hooks.on?.(event, stop);
        },
        stop,
        hooks,
      ),
    );
    expectContract(events);
    await expectTruth(this, before, result);
    return { result, events, words: result.summary.join("\n") };
  }
}

/** A release of the EC25-E from which nobody told of a way: the index has an edge for it, tested on no module. */
const UNTRODDEN = "EC25EFAR06A17M4G_20.200.20.200";

/** The setup, on a module that carries a release from which no way was ever gone. */
export function untrodden(setup: BenchSetup): BenchSetup {
  return {
    ...setup,
    module: (first) => ({ firmware: { ...first.firmware, revision: UNTRODDEN }, ...setup.module?.(first) }),
    edges: [{ fromRevision: UNTRODDEN, testedUnits: 0 }],
  };
}

export async function makeBench(setup: BenchSetup = {}): Promise<Bench> {
  const shipped: Scenario = await loadScenario(SHIPPED_SCENARIOS, setup.scenario ?? "wrong-variant");
  const [first, ...others] = shipped.modules;
  if (first === undefined) throw new Error("no module");
  const module: ModuleSetup = {
    ...first,
    faults: setup.faults?.map(faultOf) ?? first.faults,
    network: { ...first.network, ...setup.network },
    ...setup.module?.(first),
  };
  const scenario: Scenario = {
    ...shipped,
    modules: [module, ...others],
    release: { ...shipped.release, sizes: SMALL, ...setup.release },
    edges: setup.edges ?? shipped.edges,
  };
  const scratch = await mkdtemp(join(tmpdir(), "ecflash-bench-"));
  onTestFinished(() => rm(scratch, { recursive: true, force: true }));
  const site = await siteOf(scenario, setup.site);
  await mkdir(scratch, { recursive: true });
  for (const [name, bytes] of site.files) await writeFile(join(scratch, name), bytes);
  return new Bench(scenario, site, scratch, setup.sameHostAs);
}

/** A site nobody altered is made once for each release. */
async function siteOf(scenario: Scenario, changes: SiteChanges | undefined): Promise<Site> {
  if (changes !== undefined) return makeSite(scenario, facts, changes);
  const key = JSON.stringify([scenario.release, scenario.edges]);
  const made = sites.get(key) ?? makeSite(scenario, facts);
  sites.set(key, made);
  return made;
}

function faultOf({ name, at, ...rest }: FaultInput): Fault {
  return {
    name,
    times: 1,
    returnMs: null,
    revision: null,
    ...rest,
    at: { partition: null, nth: 1, afterBytes: 0, ...at },
  };
}

export function declare(input: { label?: string; variant?: string }) {
  return readDeclarations(input, facts);
}

export { facts, LABEL, modes };
