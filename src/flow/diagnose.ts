import type { ExitCode } from "../core/exits.js";
import { diagnose, type Diagnosed } from "../core/diagnosis/diagnose.js";
import { NO_SIGNS, NOTHING_SHOWN } from "../core/diagnosis/shown.js";
import { EcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { askDiagnosis } from "../device/ask-diagnosis.js";
import type { FoundModule } from "../device/find.js";
import { networkShown } from "../protocol/at/network-values.js";
import { readDiagnosisText } from "../protocol/capture/diagnosis.js";
import { readCapture } from "../protocol/capture/index.js";
import { awaitModules } from "./await-modules.js";
import { type CheckOptions, exitFor, judgeOne, readModule } from "./check.js";
import type { FlowContext } from "./context.js";
import { readPatiently } from "./read-patiently.js";
import { TimeLimit } from "./time-limit.js";

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
  const reading =
    waitMs === undefined
      ? await readModule(context, module, bus.witnesses, signal)
      : await readPatiently(context, module, {
          untilMs: clock.nowMs() + waitMs,
          comesBack: true,
          signal,
          told,
        });
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

/** Diagnoses captured texts, each for itself. Throws `input-empty` for a text in which no module speaks. */
export function diagnoseTexts(
  texts: readonly { readonly path: string; readonly text: string }[],
  facts: Facts,
  options: CheckOptions,
): DiagnoseResult {
  const diagnoses = texts.flatMap(({ path, text }) => {
    const readings = readCapture(text, path);
    if (readings.length === 0) throw new EcflashError("input-empty", { path });
    // Answers that carry no module's name belong to it only where it is the only one.
    const { network, host } =
      readings.length === 1 ? readDiagnosisText(text) : { network: NOTHING_SHOWN, host: NO_SIGNS };
    return readings.map((reading) => {
      const judgement = judgeOne(reading, facts, options);
      return { ...diagnose({ judgement, reading, network, host }), answers: [] };
    });
  });
  return resultOf(diagnoses, options);
}

function resultOf(diagnoses: readonly Diagnosed[], options: CheckOptions): DiagnoseResult {
  const judgements = diagnoses.map(({ seen }) => seen.judgement);
  return { diagnoses, exit: exitFor(judgements, [], options) };
}
