import type { Facts } from "./facts.js";

/** `M95FAR02A08`, `BG95M3LAR02A03`, `EC200ACNLBR01A13M16`: model, baseline and build are there, the rest differs. */
const REVISION_LIKE = /^[A-Z]{1,3}\d{2,3}[A-Z\d]{0,12}R\d{2}A\d{2}/;
/** `BG95` of `BG95-M3`, `EG916` of `EG916QGLLGR01A03M04`: how a name or a revision of another chip begins (zephyr#93068). */
const NAME = /^(?:Quectel[ _])?(?<model>[A-Z]{2}\d{2,4})(?!\d)/;

/**
 * True where a revision or a model's own name is one of Quectel's, and certainly of no module that is judged here. A name
 * may be short: `EC20` is what an EC20-CE calls itself, too; a revision names its model whole.
 */
export function isOtherFamily(text: string, facts: Facts): boolean {
  if (REVISION_LIKE.test(text)) return facts.models.get(modelOf(text, facts)) !== "judged";
  const name = NAME.exec(text)?.groups?.["model"];
  return (
    name !== undefined &&
    ![...facts.models].some(([known, role]) => role === "judged" && known.startsWith(name))
  );
}

/** The model a hardware code or a revision begins with: the longest that is known, else its letters and digits. */
export function modelOf(code: string, facts: Facts): string {
  const known = [...facts.models.keys()].filter((model) => code.startsWith(model));
  return known.sort((a, b) => b.length - a.length)[0] ?? /^[A-Z]{2}\d{2,3}/.exec(code)?.[0] ?? code;
}
