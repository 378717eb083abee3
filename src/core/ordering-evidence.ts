import { compareDeclaration, sizeUnrecorded } from "./compare-declared.js";
import type { Declaration } from "./declaration.js";
import type { Evidence } from "./evidence.js";
import type { Facts } from "./facts.js";
import { type Revision, shortForm } from "./revision.js";

/**
 * What a label says besides its code: a printed revision is a second witness (domain.md 1.1), and the order option of a
 * carrier goes with that carrier's edition. One source knows of such a pair, so it is said and decides nothing; and a
 * short form leaves the edition out. A NAND size that the closed table does not know of the code leaves the match open.
 */
export function orderingEvidence(
  declarations: readonly Declaration[],
  claimed: Revision | null,
  facts: Facts,
): Evidence[] {
  if (declarations.length === 0) return [];
  const carriers = new Set([...facts.ordering.options.values()].flatMap(({ mark }) => mark ?? []));
  return declarations.flatMap((declaration) => {
    const { from, text, printed, option } = declaration;
    const found: Evidence[] = [];
    const code = declaration.hardware?.code;
    if (printed != null && code !== undefined)
      found.push({
        from,
        says: `the label also prints ${printed}, of the same code`,
        supports: code,
        weight: "weak",
      });
    if (
      claimed !== null &&
      compareDeclaration(declaration, claimed) === "equal" &&
      sizeUnrecorded(declaration, claimed)
    )
      found.push({
        from,
        says: `${claimed.hardwareCode} is recorded with ${claimed.hardware?.flash.join(", ") ?? "no size"} only; ${shortForm(claimed)} is made for ${claimed.flash}, and no size that is known is declared`,
        contradicts: claimed.text,
        weight: "strong",
      });
    const known = option == null ? undefined : facts.ordering.options.get(option);
    if (known === undefined || claimed === null || claimed.suffix === "") return found;
    const edition = claimed.marks.find((mark) => carriers.has(mark)) ?? null;
    const [wanted, runs] = [known.mark ?? "no carrier", edition ?? "no carrier"];
    if (known.mark !== edition)
      found.push({
        from,
        says: `${text} is ordered with the firmware of ${wanted}; ${claimed.text} is that of ${runs}`,
        contradicts: claimed.text,
        weight: "weak",
      });
    return found;
  });
}
