import { VERDICT_MEANING } from "../core/verdict-meaning.js";
import type { Judgement } from "../core/verdict.js";
import { moduleDocument } from "./check-json.js";
import type { coloursFor } from "./colours.js";
import { shown } from "./escape.js";
import { headline } from "./check-text.js";

type Colours = ReturnType<typeof coloursFor>;

const NOT_SAID = "not said";

/** One judgement in full: what the verdict means, both sides, every piece of evidence with its weight, what to do. */
export function explainText(judgement: Judgement, pc: Colours): string {
  const { verdict, evidence, advice, reading, declared, claimed } = judgement;
  const sections = [
    section(pc, "what it means", [VERDICT_MEANING[verdict]]),
    section(
      pc,
      "declared",
      declared === null
        ? ["nothing"]
        : pairs({
            by: declared.from,
            text: declared.text,
            "hardware code": declared.hardware?.code ?? null,
            variant: declared.variant,
            NAND: declared.flash,
          }),
    ),
    section(
      pc,
      "claimed by the firmware",
      claimed === null
        ? [`no revision of Quectel's grammar (${reading.revisions.at(-1)?.text ?? "none was read"})`]
        : pairs({
            revision: claimed.text,
            "hardware code": claimed.hardwareCode,
            variant: judgement.claimedVariant,
            "sub-edition": claimed.subEdition,
            NAND: claimed.flash,
          }),
    ),
    section(pc, "shown", shownLines(judgement)),
    section(
      pc,
      "evidence",
      evidence.length === 0
        ? ["none"]
        : evidence
            .map(({ from, says, supports, contradicts, weight }) =>
              [
                `${weight.padEnd(7)}  ${from}: ${says}`,
                ...(supports === undefined ? [] : [`         speaks for ${supports}`]),
                ...(contradicts === undefined ? [] : [`         speaks against ${contradicts}`]),
              ].map((line) => shown(line)),
            )
            .flat(),
    ),
    section(pc, "what to do", advice.length === 0 ? ["nothing"] : advice.map((text) => `- ${text}`)),
  ];
  return [headline(judgement, pc), ...sections].join("\n");
}

function section(pc: Colours, title: string, lines: readonly string[]): string {
  return [`  ${pc.bold(title)}`, ...lines.map((line) => `    ${shown(line)}`)].join("\n");
}

function shownLines(judgement: Judgement): string[] {
  const { bandMask, imei, usbnet, qmiMode, ...rest } = moduleDocument(judgement).shown;
  return pairs({
    ...rest,
    "band mask": bandMask === null ? null : `${bandMask.gw},${bandMask.lte}`,
    IMEI: imei === "" ? "empty" : imei,
    usbnet,
    "QMI mode": qmiMode,
  });
}

function pairs(values: Readonly<Record<string, string | number | null>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}: ${value ?? NOT_SAID}`);
}
