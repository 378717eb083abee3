import { type ExitCode, worstExit } from "../core/exits.js";
import { diagnose, type Diagnosed } from "../core/diagnosis/diagnose.js";
import { NO_SIGNS, NOTHING_SHOWN } from "../core/diagnosis/shown.js";
import { asEcflashError, EcflashError } from "../core/errors.js";
import { askDiagnosis } from "../device/ask-diagnosis.js";
import type { FoundModule } from "../device/find.js";
import { networkShown } from "../protocol/at/network-values.js";
import { readDiagnosisText } from "../protocol/capture/diagnosis.js";
import { readModules } from "../protocol/capture/index.js";
import { awaitModules } from "./await-modules.js";
import { type CheckOptions, exitOfOne, judgeLabelled, judgeOne } from "./check.js";
import type { Failed } from "./check-stream.js";
import type { TextKnowledge } from "./check-texts.js";
import type { FlowContext } from "./context.js";
import { failed, failureOfAll, inputFailure } from "./input-failure.js";
import { readWithin } from "./read-module.js";
import type { TextInput } from "./text-inputs.js";
import { TimeLimit } from "./time-limit.js";
import { wholeText } from "./whole-text.js";

export interface DiagnoseResult {
  readonly diagnoses: readonly Diagnosed[];
  /** Texts, and modules in them, that could not be judged. */
  readonly failures: readonly Failed[];
  /** What `check` would exit with for the same modules. */
  readonly exit: ExitCode;
}

/** Diagnoses the one module that is plugged, or the one at the port path. Throws as `checkBus` and `readModule`. */
export async function diagnoseBus(context: FlowContext, options: CheckOptions): Promise<DiagnoseResult> {
  const limit = new TimeLimit(context.clock, context.stop.signal, options.timeoutMs);
  try {
    const found = await awaitModules(context, options, context.stop.signal);
    const [module, ...others] = found;
    if (module === undefined || others.length > 0)
      throw new EcflashError("module-ambiguous", { portPaths: found.map(({ device }) => device.portPath) });
    const work = diagnoseModule(context, module, options, limit.signal);
    const one = await limit.race(work, `the diagnosis of the module at ${module.device.portPath}`);
    return resultOf([one], [], options);
  } finally {
    limit.end();
  }
}

async function diagnoseModule(
  context: FlowContext,
  module: FoundModule,
  options: CheckOptions,
  signal: AbortSignal,
): Promise<Diagnosed> {
  const { bus, clock, facts } = context;
  const { waitMs, told } = options;
  const untilMs = waitMs === undefined ? null : clock.nowMs() + waitMs;
  const reading = await readWithin(context, module, { untilMs, signal, told });
  // A module that a witness told of, or that said nothing, is not asked fifteen times more.
  const speaks =
    reading.mode === "normal" && reading.revisions.length > 0 && reading.circumstances.length === 0;
  const [now = module.device] = (await bus.list()).filter(({ portPath }) => portPath === reading.source);
  const answers = speaks ? await askDiagnosis({ bus, clock, facts, signal, endAsking: signal }, now) : [];
  const rawIp = (await bus.rawIp?.(now)) ?? null;
  const network = networkShown(answers.map(({ lines }) => lines ?? []));
  const judgement = judgeOne(reading, facts, options);
  return { ...diagnose({ judgement, reading, network, host: { ...NO_SIGNS, rawIp } }), answers };
}

/**
 * Diagnoses captured texts, each for itself: one in which no module speaks, that cannot be read or has a label nobody can read
 * is a failure of its own. Where all are so it throws that, `input-unreadable` before `input-empty`.
 */
export async function diagnoseTexts(
  inputs: readonly TextInput[],
  { facts, modes }: TextKnowledge,
  options: CheckOptions,
): Promise<DiagnoseResult> {
  const diagnoses: Diagnosed[] = [];
  const failures: Failed[] = [];
  for (const { path, open } of inputs) {
    const text = await Promise.resolve()
      .then(() => wholeText(path, open()))
      .catch((error: unknown) => {
        failures.push(failed(path, inputFailure(error)));
        return undefined;
      });
    if (text === undefined) continue;
    const modules = text === null ? [] : readModules(text, path, modes);
    if (text === null || modules.length === 0) {
      failures.push(failed(path, new EcflashError("input-empty", { path })));
      continue;
    }
    // Answers that carry no module's name belong to it only where it is the only one.
    const shown = modules.length === 1 ? readDiagnosisText(text) : { network: NOTHING_SHOWN, host: NO_SIGNS };
    for (const module of modules) {
      try {
        const judgement = judgeLabelled(module.reading, module.label, facts, options);
        diagnoses.push({ ...diagnose({ judgement, reading: module.reading, ...shown }), answers: [] });
      } catch (error) {
        failures.push(failed(module.reading.source, asEcflashError(error)));
      }
    }
  }
  if (diagnoses.length === 0) throw failureOfAll(failures);
  return resultOf(diagnoses, failures, options);
}

function resultOf(
  diagnoses: readonly Diagnosed[],
  failures: readonly Failed[],
  options: CheckOptions,
): DiagnoseResult {
  const exits = [
    ...diagnoses.map(({ seen }) => exitOfOne(seen.judgement, options)),
    ...failures.map(({ error }) => error.exit),
  ];
  return { diagnoses, failures, exit: worstExit(exits) };
}
