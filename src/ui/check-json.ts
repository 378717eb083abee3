import { wordsOf } from "../core/catalogue.js";
import type { EcflashError } from "../core/errors.js";
import type { ExitCode } from "../core/exits.js";
import { maskDigits } from "../core/mask.js";
import type { ModuleReading } from "../core/reading.js";
import type { Judgement } from "../core/verdict.js";
import type { CheckDocument } from "./check-schema.js";

export interface CheckOutcome {
  readonly judgements: readonly Judgement[];
  readonly failures: readonly { readonly source: string; readonly error: EcflashError }[];
  readonly exit: ExitCode;
}

/** The result of `check` as the document of the contract. */
export function checkDocument({ judgements, failures, exit }: CheckOutcome): CheckDocument {
  const verdicts: Partial<Record<Judgement["verdict"], number>> = {};
  for (const { verdict } of judgements) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  return {
    schema: "ecflash.check/1",
    modules: judgements.map(moduleDocument),
    failures: failures.map(({ source, error }) => ({ source, code: error.code, says: wordsOf(error).what })),
    summary: { modules: judgements.length, failures: failures.length, verdicts },
    exit,
  };
}

function moduleDocument(judgement: Judgement): CheckDocument["modules"][number] {
  const { reading, claimed, declared, verdict, confidence } = judgement;
  return {
    source: reading.source,
    verdict,
    confidence,
    virtual: reading.virtual,
    claimed:
      claimed === null
        ? null
        : {
            revision: claimed.text,
            subEdition: claimed.subEdition,
            hardwareCode: claimed.hardwareCode,
            model: claimed.model,
            variant: judgement.claimedVariant,
          },
    declared:
      declared === null
        ? null
        : {
            from: declared.from,
            text: declared.text,
            hardwareCode: declared.hardware?.code ?? null,
            variant: declared.variant,
          },
    shown: shownDocument(reading),
    evidence: judgement.evidence.map((item) => ({ ...item })),
    advice: [...judgement.advice],
  };
}

function shownDocument({
  mode,
  maker,
  modelText: model,
  cfun,
  band,
  registration,
  operator,
  imei,
  sim,
  usbnet,
  qmiMode,
}: ModuleReading): CheckDocument["modules"][number]["shown"] {
  const mask = band === null ? null : { gw: `0x${band.gw.toString(16)}`, lte: `0x${band.lte.toString(16)}` };
  const tail = imei.kind === "present" ? maskDigits(imei.imei) : imei.kind === "empty" ? "" : null;
  return {
    mode,
    maker,
    model,
    cfun,
    bandMask: mask,
    registration,
    operator,
    imei: tail,
    sim,
    usbnet,
    qmiMode,
  };
}
