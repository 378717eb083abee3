import { type ExitCode, worstExit } from "../core/exits.js";
import { diagnose, type Diagnosed } from "../core/diagnosis/diagnose.js";
import { NO_SIGNS, NOTHING_SHOWN } from "../core/diagnosis/shown.js";
import { readDeclarations } from "../core/declaration.js";
import { EcflashError } from "../core/errors.js";
import { askDiagnosis } from "../device/ask-diagnosis.js";
import type { FoundModule } from "../device/find.js";
import { networkShown } from "../protocol/at/network-values.js";
import { readDiagnosisText } from "../protocol/capture/diagnosis.js";
import { readModules } from "../protocol/capture/index.js";
import { awaitModules } from "./await-modules.js";
import { type CheckOptions, exitOfOne, judgeOne } from "./check.js";
import type { TextKnowledge } from "./check-texts.js";
import type { FlowContext } from "./context.js";
import { readWithin } from "./read-module.js";
import type { TextInput } from "./text-inputs.js";
import { TimeLimit } from "./time-limit.js";
import { wholeText } from "./whole-text.js";

export interface DiagnoseResult {
  readonly diagnoses: readonly Diagnosed[];
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
    return resultOf([one], options);
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
 * Diagnoses captured texts, each for itself. Throws `input-empty` for a text in which no module speaks, and what reading a
 * text or a declaration throws.
 */
export async function diagnoseTexts(
  inputs: readonly TextInput[],
  { facts, modes }: TextKnowledge,
  options: CheckOptions,
): Promise<DiagnoseResult> {
  const diagnoses: Diagnosed[] = [];
  for (const { path, open } of inputs) {
    const text = await wholeText(path, open());
    const modules = text === null ? [] : readModules(text, path, modes);
    if (text === null || modules.length === 0) throw new EcflashError("input-empty", { path });
    // Answers that carry no module's name belong to it only where it is the only one.
    const { network, host } =
      modules.length === 1 ? readDiagnosisText(text) : { network: NOTHING_SHOWN, host: NO_SIGNS };
    for (const { reading, label } of modules) {
      const own = label === null ? [] : readDeclarations({ label }, facts);
      const declarations = [...own, ...options.declarations];
      const judgement = judgeOne(reading, facts, { ...options, declarations });
      diagnoses.push({ ...diagnose({ judgement, reading, network, host }), answers: [] });
    }
  }
  return resultOf(diagnoses, options);
}

function resultOf(diagnoses: readonly Diagnosed[], options: CheckOptions): DiagnoseResult {
  return { diagnoses, exit: worstExit(diagnoses.map(({ seen }) => exitOfOne(seen.judgement, options))) };
}
