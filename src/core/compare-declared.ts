import type { Declaration } from "./declaration.js";
import type { Revision } from "./revision.js";

/**
 * Whether the firmware is what one declaration says: a code whole and with its NAND size, a variant by the row of the
 * claimed code. `open` where only a guess could tell: the code is recorded nowhere, or as a guess, and begins like the
 * declared variant. A guess never decides (design.md, Verdict); a code of other letters is another variant all the same.
 */
export function compareDeclaration(
  { hardware, variant, flash }: Declaration,
  claimed: Revision,
): "equal" | "differs" | "open" {
  if (hardware !== null)
    return hardware.code === claimed.hardwareCode && (flash ?? claimed.flash) === claimed.flash
      ? "equal"
      : "differs";
  const row = provenRow(claimed);
  if (row !== null) return row.variant === variant ? "equal" : "differs";
  return claimed.hardwareCode.startsWith(variant.replace("-", "")) ? "open" : "differs";
}

/** The variant a claim stands for, when more than a guess says so. */
export function provenVariant(claimed: Revision | null): string | null {
  return claimed === null ? null : (provenRow(claimed)?.variant ?? null);
}

function provenRow({ hardware }: Revision): Revision["hardware"] {
  return hardware === null || hardware.standing === "guess" ? null : hardware;
}

/**
 * Whether the claimed NAND size is one that nobody has recorded of the claimed code, and that the label does not print
 * either: then nothing but a guess says that the firmware belongs to the module. Rows that are a guess, or that record no
 * size, say nothing of it.
 */
export function sizeUnrecorded({ flash }: Declaration, claimed: Revision): boolean {
  const row = provenRow(claimed);
  return flash === null && row !== null && row.flash.length > 0 && !row.flash.includes(claimed.flash);
}

/** All declarations together, against the claim. What only a guess could decide counts as not declared. */
export function compareDeclared(
  declarations: readonly Declaration[],
  claimed: Revision | null,
): "none" | "equal" | "differs" | "conflict" {
  if (declarations.length === 0) return "none";
  const several = (values: readonly (string | null | undefined)[]) =>
    new Set(values.filter((value) => value != null)).size > 1;
  if (
    several(declarations.map(({ variant }) => variant)) ||
    several(declarations.map(({ hardware }) => hardware?.code)) ||
    several(declarations.map(({ flash }) => flash))
  )
    return "conflict";
  if (claimed === null) return "differs";
  const found = declarations.map((declaration) => {
    const compared = compareDeclaration(declaration, claimed);
    return compared === "equal" && sizeUnrecorded(declaration, claimed) ? "open" : compared;
  });
  if (found.includes("differs")) return "differs";
  return found.includes("equal") ? "equal" : "none";
}
