import type { Declaration } from "../core/declaration.js";
import { EcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import type { Judgement } from "../core/verdict.js";
import { codesOfVariant } from "../core/label.js";
import { exactest } from "../core/verdict.js";

/**
 * The hardware code the declarations stand for; a variant only where exactly one code is recorded and more than a guess says
 * so, since what is flashed must not rest on a guess (design.md, Verdict). Throws `undeclared`, `declared-without-code`.
 */
export function declaredCode(declarations: readonly Declaration[], facts: Facts, claimed: string): string {
  const declared = exactest(declarations);
  if (declared === null) throw new EcflashError("undeclared", { claimed });
  if (declared.hardware !== null) return declared.hardware.code;
  const rows = codesOfVariant(declared.variant, facts);
  const [only, ...others] = rows;
  if (only === undefined || only.standing === "guess" || others.length > 0)
    throw new EcflashError("declared-without-code", {
      variant: declared.variant,
      codes: rows.map(({ code, standing }) => (standing === "guess" ? `${code}, a guess` : code)),
    });
  return only.code;
}

/** The order option a label or inventory row tells, `STD`; null where none does. */
export function orderOptionOf(declarations: readonly Declaration[]): string | null {
  return declarations.find(({ option }) => option != null)?.option ?? null;
}

/** What Quectel asks for before it sends firmware (community.sixfab.com 1420), of the IMEI its last four digits. */
export interface Asking {
  readonly label: string | null;
  readonly imeiEnd: string | null;
}

export function askingOf(
  declarations: readonly Declaration[],
  { reading }: Pick<Judgement, "reading">,
): Asking {
  const label = declarations.find(({ from }) => from === "label")?.text ?? null;
  return { label, imeiEnd: reading.imei.kind === "present" ? reading.imei.imei.slice(-4) : null };
}
