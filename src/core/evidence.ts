import { compareDeclaration } from "./compare-declared.js";
import type { Declaration } from "./declaration.js";
import type { Facts } from "./facts.js";
import type { ModuleReading } from "./reading.js";
import { parseRevision, type Revision, shortForm } from "./revision.js";
import { latestOf, stemOf } from "./sightings.js";

/** One witness: where it came from, what it says, and whom it speaks for or against. */
export interface Evidence {
  readonly from: string;
  readonly says: string;
  readonly supports?: string;
  readonly contradicts?: string;
  readonly weight: "strong" | "weak" | "context";
}

export function declarationEvidence(
  declarations: readonly Declaration[],
  claimed: Revision | null,
): Evidence[] {
  return declarations.map((declaration): Evidence => {
    const name = declaration.hardware?.code ?? declaration.variant;
    const base = { from: declaration.from, weight: "strong" as const };
    if (claimed === null) return { ...base, says: said(declaration, name), supports: declaration.variant };
    const compared = compareDeclaration(declaration, claimed);
    if (compared === "open")
      return {
        ...base,
        says: `${said(declaration, name)}; nobody has recorded whether ${claimed.hardwareCode} is one of its codes`,
        weight: "context",
      };
    const equal = declaration.hardware === null ? compared === "equal" : claimed.hardwareCode === name;
    if (equal && declaration.flash !== null && declaration.flash !== claimed.flash)
      return {
        ...base,
        says: `${declaration.text} declares a NAND of ${declaration.flash}; the firmware ${shortForm(claimed)} is made for ${claimed.flash}`,
        supports: `${name} with ${declaration.flash}`,
        contradicts: `${claimed.hardwareCode} with ${claimed.flash}`,
      };
    if (equal)
      return {
        ...base,
        says: `${said(declaration, name)}, as the firmware claims`,
        supports: declaration.variant,
      };
    // Two hardware codes of one variant: the codes are the parties then, not the variant they share.
    const claimedVariant = claimed.hardware?.variant ?? claimed.hardwareCode;
    const [supports, contradicts] =
      claimedVariant === declaration.variant
        ? [name, claimed.hardwareCode]
        : [declaration.variant, claimedVariant];
    return {
      ...base,
      says: `${said(declaration, name)}; the firmware is ${claimed.hardwareCode}: ${differingLetters(name, claimed)}`,
      supports,
      contradicts,
    };
  });
}

/** A label declares a code; a variant that is named is the declaration itself. */
function said({ text }: Declaration, name: string): string {
  return text === name ? `${name} is declared` : `${text} declares ${name}`;
}

/** `EC25[A]FA against EC25[E]FA`: what the eye misses in AT+QGMR. */
function differingLetters(declared: string, claimed: Revision): string {
  const mine =
    claimed.hardware !== null && !declared.includes("-")
      ? claimed.hardwareCode
      : (claimed.hardware?.variant ?? claimed.hardwareCode);
  let head = 0;
  while (head < Math.min(declared.length, mine.length) && declared[head] === mine[head]) head += 1;
  let tail = 0;
  while (
    tail < Math.min(declared.length, mine.length) - head &&
    declared[declared.length - 1 - tail] === mine[mine.length - 1 - tail]
  )
    tail += 1;
  const mark = (text: string) =>
    `${text.slice(0, head)}[${text.slice(head, text.length - tail)}]${text.slice(text.length - tail)}`;
  return `${mark(declared)} against ${mark(mine)}`;
}

/** The running claim, and what the same module said earlier: a thread that ends well began with a fault. */
export function historyEvidence(reading: ModuleReading, facts: Facts): Evidence[] {
  const latest = latestOf(reading.revisions);
  if (latest === null) return [];
  const claimOf = (text: string) => {
    const said = parseRevision(text, facts);
    return said.kind === "revision"
      ? (said.revision.hardware?.variant ?? said.revision.hardwareCode)
      : said.kind;
  };
  const earlier = reading.revisions.filter(({ text }) => stemOf(text) !== stemOf(latest.text));
  const seen = new Map(earlier.map((sighting) => [stemOf(sighting.text), sighting]));
  const history = [...seen.values()].map(
    (sighting): Evidence => ({
      from: sighting.from,
      says: `earlier it reported ${sighting.text} (${claimOf(sighting.text)})`,
      weight: "context",
    }),
  );
  const now = { from: latest.from, says: `it reports ${latest.text}`, weight: "weak" as const };
  const isClaim = parseRevision(latest.text, facts).kind === "revision";
  return [isClaim ? { ...now, supports: claimOf(latest.text) } : now, ...history];
}
