import { wordsOf } from "../../core/catalogue.js";
import { EXIT } from "../../core/exits.js";
import { describeJudgement } from "../../core/verdict-words.js";
import { maskDigits } from "../../core/mask.js";
import { actualOf, expectedOf } from "../check-row.js";
import type { MakeRenderer } from "../check-renderer.js";
import { csvCell } from "../escape.js";
import { missingOf } from "../inventory.js";

type Cell = string | number | boolean | null;

/** Columns are only ever added, at the end. */
const COLUMNS = [
  "source",
  "verdict",
  "confidence",
  "exit",
  "virtual",
  "mode",
  "expected",
  "actual",
  "declared_variant",
  "claimed_variant",
  "hardware_code",
  "sub_edition",
  "maker",
  "model",
  "imei",
  "cfun",
  "registration",
  "operator",
  "error",
  "says",
  "advice",
] as const;

/**
 * One row a module (RFC 4180, with a header); a module that could not be read, or has no record, has an
 * error in place of a verdict.
 */
export const csvRenderer: MakeRenderer = ({ out }) => {
  const row = (cells: Partial<Record<(typeof COLUMNS)[number], Cell>>) => {
    const texts = COLUMNS.map((name) => csvCell(String(cells[name] ?? "")));
    out.write(`${texts.join(",")}\r\n`);
  };
  return {
    begin: () => out.write(`${COLUMNS.join(",")}\r\n`),
    record: (judgement, exit) => {
      const { reading, verdict, confidence, claimed, claimedVariant, declared, advice } = judgement;
      row({
        source: reading.source,
        verdict,
        confidence,
        exit,
        virtual: reading.virtual,
        mode: reading.mode,
        expected: expectedOf(judgement),
        actual: actualOf(judgement),
        declared_variant: declared?.variant ?? null,
        claimed_variant: claimedVariant,
        hardware_code: claimed?.hardwareCode ?? null,
        sub_edition: claimed?.subEdition ?? null,
        maker: reading.maker,
        model: reading.modelText,
        imei: reading.imei.kind === "present" ? maskDigits(reading.imei.imei) : null,
        cfun: reading.cfun,
        registration: reading.registration,
        operator: reading.operator,
        says: describeJudgement(judgement),
        advice: advice.join(" "),
      });
    },
    failure: ({ source, error }) => {
      const { what, tries } = wordsOf(error);
      row({ source, exit: error.exit, error: error.code, says: what, advice: tries.join(" ") });
    },
    end: ({ inventory }) => {
      for (const { source, says } of missingOf(inventory))
        row({ source, exit: EXIT.undecided, error: "missing", says });
    },
  };
};
