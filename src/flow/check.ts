import { type Declaration, readDeclarations } from "../core/declaration.js";
import { asEcflashError, type EcflashError, EcflashError as Failure } from "../core/errors.js";
import type { ExitCode } from "../core/exits.js";
import type { Facts } from "../core/facts.js";
import type { ModuleReading } from "../core/reading.js";
import { TallyCounter } from "../core/tally.js";
import type { Verdict } from "../core/verdict-table.js";
import { exitOf, type Judgement, judge, type JudgeOptions } from "../core/verdict.js";
import { awaitModules } from "./await-modules.js";
import { type CheckEnd, endOf } from "./check-end.js";
import type { FlowContext } from "./context.js";
import type { Fleet } from "./fleet.js";
import type { TellWait } from "./named-wait.js";
import { readWithin } from "./read-module.js";
import { TimeLimit } from "./time-limit.js";

export interface CheckOptions {
  readonly declarations: readonly Declaration[];
  readonly requiredRelease?: string | undefined;
  readonly policy?: JudgeOptions["policy"];
  readonly strict?: boolean | undefined;
  readonly allowUnknown?: boolean | undefined;
  readonly portPath?: string | undefined;
  /** Hand on only these verdicts (and failures); all are counted, and all decide the exit. */
  readonly only?: readonly Verdict[] | undefined;
  /** How long a module may take to appear and to be ready; without it what is there now is judged as it is. */
  readonly waitMs?: number | undefined;
  /** For all of it. What is not finished then is a failure of its module. */
  readonly timeoutMs?: number | undefined;
  readonly told?: TellWait | undefined;
  /** What an inventory declares of each module, and how old records may be. */
  readonly fleet?: Fleet | undefined;
}

/** What `check` found: one judgement a module, the failures of modules that could not be read, one exit for all. */
export interface CheckResult extends CheckEnd {
  readonly judgements: readonly Judgement[];
  readonly failures: readonly { readonly source: string; readonly error: EcflashError }[];
}

/** Reads and judges every module on the bus, all at once; one that fails does not stop the others. Throws `no-module`. */
export async function checkBus(context: FlowContext, options: CheckOptions): Promise<CheckResult> {
  const limit = new TimeLimit(context.clock, context.stop.signal, options.timeoutMs);
  try {
    return await checkWithin(limit, context, options);
  } finally {
    limit.end();
  }
}

async function checkWithin(
  limit: TimeLimit,
  context: FlowContext,
  options: CheckOptions,
): Promise<CheckResult> {
  const { waitMs, timeoutMs, told } = options;
  const untilMs = waitMs === undefined ? null : context.clock.nowMs() + waitMs;
  const shortest = waitMs === undefined ? undefined : Math.min(waitMs, timeoutMs ?? waitMs);
  const found = await awaitModules(context, { ...options, waitMs: shortest }, context.stop.signal);
  const declared = options.declarations.length > 0;
  if (declared && found.length > 1) {
    throw new Failure("module-ambiguous", { portPaths: found.map(({ device }) => device.portPath) });
  }
  const readings = await Promise.allSettled(
    found.map((module) => {
      const reading = readWithin(context, module, { untilMs, signal: limit.signal, told });
      return limit.race(reading, `reading the module at ${module.device.portPath}`);
    }),
  );
  const judgements: Judgement[] = [];
  const failures: { source: string; error: EcflashError }[] = [];
  const counter = new TallyCounter();
  for (const [index, reading] of readings.entries()) {
    if (reading.status === "fulfilled") {
      const judgement = judgeOne(reading.value, context.facts, options);
      counter.judged(judgement.verdict, exitOfOne(judgement, options));
      judgements.push(judgement);
    } else {
      const error = asEcflashError(reading.reason);
      counter.failed(error.exit);
      failures.push({ source: found[index]?.device.portPath ?? "?", error });
    }
  }
  return { judgements, failures, ...endOf(counter, options.fleet) };
}

/** Judges one reading, with what the inventory declares of it. */
export function judgeOne(reading: ModuleReading, facts: Facts, options: CheckOptions): Judgement {
  return options.fleet?.judge(reading, facts, options) ?? judge(reading, facts, options);
}

/**
 * As `judgeOne`, of a reading whose text itself says what the hardware is. Throws what `readDeclarations` throws for a label
 * nobody can read: it must not weaken into none.
 */
export function judgeLabelled(
  reading: ModuleReading,
  label: string | null,
  facts: Facts,
  options: CheckOptions,
): Judgement {
  const own = label === null ? [] : readDeclarations({ label }, facts);
  return judgeOne(reading, facts, { ...options, declarations: [...own, ...options.declarations] });
}

/** What one judgement alone would exit with. */
export function exitOfOne(judgement: Judgement, options: CheckOptions): ExitCode {
  const wanted = { strict: options.strict ?? false, allowUnknown: options.allowUnknown ?? false };
  return options.fleet?.exitOf(judgement, wanted) ?? exitOf(judgement, wanted);
}
