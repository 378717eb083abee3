import type { Declaration } from "../core/declaration.js";
import { asEcflashError, type EcflashError, EcflashError as Failure } from "../core/errors.js";
import { EXIT, type ExitCode, worstExit } from "../core/exits.js";
import type { ModuleReading } from "../core/reading.js";
import type { Verdict } from "../core/verdict-table.js";
import { exitOf, type Judgement, judge, type JudgeOptions } from "../core/verdict.js";
import type { Witness } from "../core/bus.js";
import { type FoundModule, findAt } from "../device/find.js";
import { identify } from "../device/identify.js";
import type { FlowContext } from "./context.js";

export interface CheckOptions {
  readonly declarations: readonly Declaration[];
  readonly requiredRelease?: string | undefined;
  readonly strict?: boolean | undefined;
  readonly allowUnknown?: boolean | undefined;
  readonly portPath?: string | undefined;
  /** Hand on only these verdicts (and failures); all are counted, and all decide the exit. */
  readonly only?: readonly Verdict[] | undefined;
}

/** What `check` found: one judgement a module, the failures of modules that could not be read, one exit for all. */
export interface CheckResult {
  readonly judgements: readonly Judgement[];
  readonly failures: readonly { readonly source: string; readonly error: EcflashError }[];
  readonly exit: ExitCode;
}

/** Reads and judges every module on the bus, all at once; one that fails does not stop the others. Throws `no-module`. */
export async function checkBus(context: FlowContext, options: CheckOptions): Promise<CheckResult> {
  const found = await findAt(context.bus, context.modes, options.portPath);
  const declared = options.declarations.length > 0;
  if (declared && found.length > 1) {
    throw new Failure("module-ambiguous", { portPaths: found.map(({ device }) => device.portPath) });
  }
  const readings = await Promise.allSettled(
    found.map((module) => readModule(context, module, context.bus.witnesses)),
  );
  const judgements: Judgement[] = [];
  const failures: { source: string; error: EcflashError }[] = [];
  for (const [index, reading] of readings.entries()) {
    if (reading.status === "fulfilled") judgements.push(judge(reading.value, context.facts, options));
    else
      failures.push({ source: found[index]?.device.portPath ?? "?", error: asEcflashError(reading.reason) });
  }
  return { judgements, failures, exit: exitFor(judgements, failures, options) };
}

/**
 * Reads one module. A silent module in normal mode is a reading without a claim, which the table calls `unknown`. One
 * whose AT ports are held is told of by `witnesses`; without them that is `port-held`.
 */
export async function readModule(
  context: FlowContext,
  { device, mode }: FoundModule,
  witnesses?: readonly Witness[],
): Promise<ModuleReading> {
  const { bus, clock, facts, stop } = context;
  return identify({ bus, clock, facts, signal: stop.signal, witnesses }, device, mode);
}

function exitFor(
  judgements: readonly Judgement[],
  failures: CheckResult["failures"],
  options: CheckOptions & JudgeOptions,
): ExitCode {
  const wanted = { strict: options.strict ?? false, allowUnknown: options.allowUnknown ?? false };
  const codes = [
    ...judgements.map((judgement) => exitOf(judgement, wanted)),
    ...failures.map(({ error }) => error.exit),
  ];
  return codes.length === 0 ? EXIT.noModule : worstExit(codes);
}
