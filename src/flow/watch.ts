import { asEcflashError, EcflashError } from "../core/errors.js";
import { TallyCounter } from "../core/tally.js";
import type { Judgement } from "../core/verdict.js";
import { findModules, type FoundModule } from "../device/find.js";
import { isSettled } from "../device/follow.js";
import { type CheckEnd, endOf } from "./check-end.js";
import { type CheckOptions, exitOfOne, judgeOne } from "./check.js";
import type { FlowContext } from "./context.js";
import { readPatiently } from "./read-patiently.js";
import { TimeLimit } from "./time-limit.js";

const POLL_MS = 300;
/** A module that was just plugged in: about ten seconds to `RDY`, at least 60 s of patience (domain.md 2). */
const READY_MS = 60_000;

/** What `check --watch` tells as it happens. */
export type Watched =
  | { readonly kind: "judged"; readonly judgement: Judgement }
  | { readonly kind: "failed"; readonly source: string; readonly error: EcflashError }
  | { readonly kind: "left"; readonly source: string };

/**
 * Judges every module that is there, and each one that is plugged in or restarts, until the user stops it or the limit
 * of the command passes; tells each at once. A module that was judged is only looked for on the bus: nothing is sent to it again
 * while it stays. The exit is that of everything that was told, 3 when nothing was.
 */
export async function watchBus(
  context: FlowContext,
  options: CheckOptions,
  tell: (news: Watched) => void,
): Promise<CheckEnd> {
  const limit = new TimeLimit(context.clock, context.stop.signal, options.timeoutMs);
  const watch = new Watch(context, options, limit, tell);
  try {
    await watch.untilStopped();
  } finally {
    limit.end();
  }
  return endOf(watch.counter, options.fleet);
}

class Watch {
  readonly counter = new TallyCounter();
  readonly #context: FlowContext;
  readonly #options: CheckOptions;
  readonly #limit: TimeLimit;
  readonly #tell: (news: Watched) => void;
  /** By port path: the device whose judging began. */
  readonly #known = new Map<string, string>();
  readonly #reading = new Set<Promise<void>>();

  constructor(context: FlowContext, options: CheckOptions, limit: TimeLimit, tell: (news: Watched) => void) {
    this.#context = context;
    this.#options = options;
    this.#limit = limit;
    this.#tell = tell;
  }

  async untilStopped(): Promise<void> {
    const { bus, modes, clock } = this.#context;
    const { signal } = this.#limit;
    const { portPath } = this.#options;
    let before: readonly FoundModule[] = [];
    while (!signal.aborted) {
      const all = await findModules(bus, modes);
      const found = all.filter(({ device }) => portPath === undefined || device.portPath === portPath);
      this.#leave(found);
      for (const module of found) {
        const earlier = before.find(({ device }) => device.portPath === module.device.portPath);
        if (earlier !== undefined && isSettled(earlier.device, module.device)) this.#meet(module, found);
      }
      before = found;
      await clock.sleep(POLL_MS, signal).catch((error: unknown) => {
        // The end of a watch, by the user or by its limit, is no failure; anything else is.
        if (!signal.aborted) throw error;
      });
    }
    await Promise.all(this.#reading);
  }

  #leave(found: readonly FoundModule[]): void {
    for (const path of this.#known.keys()) {
      if (found.some(({ device }) => device.portPath === path)) continue;
      this.#known.delete(path);
      this.#tell({ kind: "left", source: path });
    }
  }

  #meet(module: FoundModule, all: readonly FoundModule[]): void {
    const { portPath, deviceNumber, productId } = module.device;
    const name = `${deviceNumber}:${productId}`;
    if (this.#known.get(portPath) === name) return;
    this.#known.set(portPath, name);
    const reading: Promise<void> = this.#judge(module, all).finally(() => this.#reading.delete(reading));
    this.#reading.add(reading);
  }

  async #judge(module: FoundModule, all: readonly FoundModule[]): Promise<void> {
    const { portPath } = module.device;
    const { facts, clock } = this.#context;
    const { declarations, waitMs, told } = this.#options;
    try {
      if (declarations.length > 0 && all.length > 1)
        throw new EcflashError("module-ambiguous", { portPaths: all.map(({ device }) => device.portPath) });
      // A mode without firmware is an answer of its own; the change to another one is seen on the bus.
      const patienceMs = module.mode === "normal" ? (waitMs ?? READY_MS) : 0;
      const reading = readPatiently(this.#context, module, {
        untilMs: clock.nowMs() + patienceMs,
        comesBack: false,
        signal: this.#limit.signal,
        told,
      });
      const read = await this.#limit.race(reading, `reading the module at ${portPath}`);
      const judgement = judgeOne(read, facts, this.#options);
      this.counter.judged(judgement.verdict, exitOfOne(judgement, this.#options));
      this.#tell({ kind: "judged", judgement });
    } catch (error) {
      const failure = { source: portPath, error: asEcflashError(error) };
      this.counter.failed(failure.error.exit);
      this.#tell({ kind: "failed", ...failure });
    }
  }
}
