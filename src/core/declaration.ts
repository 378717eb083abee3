import { parseLabel } from "./label.js";
import { EcflashError } from "./errors.js";
import type { Facts, HardwareCode } from "./facts.js";

/** What the module is said to be, and by whom. The label outranks the variant; both from outside, never from the module. */
export interface Declaration {
  readonly from: "label" | "variant" | "inventory" | "journal";
  readonly text: string;
  /** Null when only a variant was named. */
  readonly hardware: HardwareCode | null;
  readonly variant: string;
  readonly flash: string | null;
  /** The order option of a label: `SKT`. */
  readonly option?: string | null | undefined;
  /** A revision the label prints as well. */
  readonly printed?: string | null | undefined;
}

export interface DeclarationInput {
  readonly label?: string | undefined;
  readonly variant?: string | undefined;
}

/**
 * The declarations of one command line, or of one row of an inventory, strongest first. Throws `label-unknown`, `label-ambiguous` or `variant-unknown`
 * (usage), since a declaration nobody can read must never weaken into none.
 */
export function readDeclarations(input: DeclarationInput, facts: Facts, source?: "inventory"): Declaration[] {
  const found: Declaration[] = [];
  if (input.label !== undefined) found.push(fromLabel(input.label, facts));
  if (input.variant !== undefined) found.push(fromVariant(input.variant, facts));
  return source === undefined ? found : found.map((one) => ({ ...one, from: source }));
}

function fromLabel(label: string, facts: Facts): Declaration {
  const reading = parseLabel(label, facts);
  switch (reading.kind) {
    case "code":
      return {
        from: "label",
        text: label,
        hardware: reading.hardware,
        variant: reading.hardware.variant,
        flash: reading.flash,
        option: reading.option,
        printed: reading.printed,
      };
    case "variant":
      return { from: "label", text: label, hardware: null, variant: reading.variant.name, flash: null };
    case "ambiguous":
      throw new EcflashError("label-ambiguous", { label, readings: reading.readings });
    case "unknown":
      throw new EcflashError("label-unknown", { label });
  }
}

function fromVariant(text: string, facts: Facts): Declaration {
  const variant = facts.variants.get(text.trim().toUpperCase());
  if (variant === undefined)
    throw new EcflashError("variant-unknown", { variant: text, known: [...facts.variants.keys()] });
  return { from: "variant", text, hardware: null, variant: variant.name, flash: null };
}
