import type { Declaration } from "../core/declaration.js";
import { EcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { codesOfVariant } from "../core/label.js";
import { exactest } from "../core/verdict.js";

/**
 * The hardware code the declarations stand for; a variant only where exactly one code is known. Throws `undeclared`,
 * `declared-without-code`.
 */
export function declaredCode(declarations: readonly Declaration[], facts: Facts, claimed: string): string {
  const declared = exactest(declarations);
  if (declared === null) throw new EcflashError("undeclared", { claimed });
  if (declared.hardware !== null) return declared.hardware.code;
  const codes = codesOfVariant(declared.variant, facts).map(({ code }) => code);
  const [only, ...others] = codes;
  if (only === undefined || others.length > 0)
    throw new EcflashError("declared-without-code", { variant: declared.variant, codes });
  return only;
}
