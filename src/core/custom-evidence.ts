import type { Evidence } from "./evidence.js";
import { isOtherMake } from "./maker.js";
import type { ModuleReading } from "./reading.js";
import type { RevisionReading } from "./revision.js";
import { latestOf } from "./sightings.js";

/** How models of Quectel's are named (domain.md 1.3). */
const MODEL = /quectel|^E[CG]2\d/i;
/** A revision of Quectel's in small letters, or with its end cut off: nobody's own firmware is named so. */
const NEARLY = /^[A-Z]{2}\d{2,3}[A-Z\d]{0,12}R\d{2}(?:A|$)/i;

/**
 * Why a revision that is not of Quectel's grammar may be no custom firmware of a Quectel module; null where it surely is.
 * `custom` speaks of a Quectel module (design.md, Verdict), and a record can hold any make's.
 */
export function customDoubt(
  { maker, modelText }: Pick<ModuleReading, "maker" | "modelText">,
  said: RevisionReading | null,
): string | null {
  if (said !== null && said.kind === "foreign" && NEARLY.test(said.text))
    return `${said.text} is nearly a revision of Quectel's: cut off or written otherwise`;
  const isShown = (maker !== null && !isOtherMake(maker)) || (modelText !== null && MODEL.test(modelText));
  return isShown ? null : "nothing shows a Quectel module: neither its maker nor its model was read";
}

export function customEvidence(reading: ModuleReading, said: RevisionReading | null): Evidence[] {
  const says = customDoubt(reading, said);
  const from = latestOf(reading.revisions)?.from ?? "AT+QGMR";
  return says === null ? [] : [{ from, says, weight: "context" }];
}
