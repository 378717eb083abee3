import { wordsOf } from "../core/catalogue.js";
import type { ExitCode } from "../core/exits.js";
import { maskDigits } from "../core/mask.js";
import type { ModuleReading } from "../core/reading.js";
import type { Tally } from "../core/tally.js";
import type { Judgement } from "../core/verdict.js";
import type { InventoryReport } from "../core/inventory-match.js";
import type { CheckFailure } from "./check-renderer.js";
import type { CheckDocument } from "./check-schema.js";
import { inventoryDocument } from "./inventory.js";

export interface CheckOutcome {
  readonly judgements: readonly Judgement[];
  readonly failures: readonly CheckFailure[];
  readonly tally: Tally;
  readonly inventory?: InventoryReport | undefined;
  readonly exit: ExitCode;
}

/** The result of `check` as the document of the contract. */
export function checkDocument(outcome: CheckOutcome): CheckDocument {
  const { judgements, failures, tally, exit, inventory } = outcome;
  return {
    schema: "ecflash.check/1",
    modules: judgements.map(moduleDocument),
    failures: failures.map(failureDocument),
    summary: tally,
    ...(inventory === undefined ? {} : { inventory: inventoryDocument(inventory) }),
    exit,
  };
}

export function failureDocument({ source, error }: CheckFailure): CheckDocument["failures"][number] {
  return { source, code: error.code, says: wordsOf(error).what };
}

/** One judgement as the contract has it. */
export function moduleDocument(judgement: Judgement): CheckDocument["modules"][number] {
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
