import { EcflashError } from "../core/errors.js";
import { codesOfVariant, parseLabel } from "../core/label.js";
import { parseRevision, printRevision } from "../core/revision.js";
import { factsOf } from "./facts-of.js";
import { LIST_NAMES, LISTS, type List, type ListName } from "./lists.js";
import type { Placed, Rows } from "./rows.js";

/** Rows of one list that answer a question; `name` is what a row is called. */
export interface Section {
  readonly list: string;
  readonly rows: readonly { readonly name: string; readonly row: Readonly<Record<string, unknown>> }[];
}

/**
 * The rows that `what` names: a whole list, a model, a variant with its codes, a hardware code or label with all that is
 * known of it, a revision with its parts. Throws `usage` where nothing is called so.
 */
export function sectionsFor(rows: Rows, what: string): Section[] {
  const name = what.trim();
  if ((LIST_NAMES as readonly string[]).includes(name)) return [section(rows, name as ListName, () => true)];
  const facts = factsOf(rows);
  const said = parseRevision(name, facts);
  const label = parseLabel(name, facts);
  const codes =
    said.kind === "revision"
      ? [said.revision.hardwareCode]
      : label.kind === "code"
        ? [label.hardware.code]
        : label.kind === "variant"
          ? codesOfVariant(label.variant.name, facts).map(({ code }) => code)
          : [];
  const variants =
    label.kind === "variant"
      ? [label.variant.name]
      : codes.map((code) => facts.hardwareCodes.get(code)?.variant);
  const found = LIST_NAMES.map((list) =>
    section(rows, list, (row, key) => {
      if (key.toUpperCase() === name.toUpperCase()) return true;
      if (list === "variants") return variants.includes(key);
      if (list === "hardware-codes") return codes.includes(key);
      const code =
        row["hardwareCode"] ?? (row["from"] as { hardwareCode?: string } | undefined)?.hardwareCode;
      // Of one revision only its own row; of a code all that it is known to run.
      return (
        typeof code === "string" &&
        codes.includes(code) &&
        !(said.kind === "revision" && list === "known-revisions")
      );
    }),
  ).filter((one) => one.rows.length > 0);
  const parts: Section[] =
    said.kind === "revision"
      ? [
          {
            list: "revision",
            rows: [{ name: printRevision(said.revision), row: partsOf({ ...said.revision }) }],
          },
        ]
      : [];
  if (found.length + parts.length > 0) return [...parts, ...found];
  throw new EcflashError("usage", {
    detail: `Nothing in the manifests is called "${what}"; \`ecflash manifest show\` lists what there is`,
  });
}

/** Every list with all its rows. */
export function allSections(rows: Rows): Section[] {
  return LIST_NAMES.map((name) => section(rows, name, () => true));
}

function section(
  rows: Rows,
  name: ListName,
  wanted: (row: Readonly<Record<string, unknown>>, key: string) => boolean,
): Section {
  const { key } = LISTS[name] as List<unknown>;
  const placed: readonly Placed<unknown>[] = rows[name];
  const named = placed.map(({ row }) => ({ name: key(row), row: row as Readonly<Record<string, unknown>> }));
  return { list: name, rows: named.filter((one) => wanted(one.row, one.name)) };
}

/** A revision taken apart, without the row of its code, which stands in a section of its own. */
function partsOf({
  hardware,
  ...parts
}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { ...parts, recorded: hardware !== null };
}
