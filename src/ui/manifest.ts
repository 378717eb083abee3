import { jsonText, shown } from "./escape.js";

interface Section {
  readonly list: string;
  readonly rows: readonly { readonly name: string; readonly row: Readonly<Record<string, unknown>> }[];
}

interface Finding {
  readonly path: string;
  readonly at: string;
  readonly reason: string;
}

interface Report {
  readonly faults: readonly Finding[];
  readonly notes: readonly Finding[];
  readonly rows: number;
}

/** What there is: one line a list, with how many rows, and how many of them are guesses or a site's. */
export function overviewText(sections: readonly Section[]): string {
  const lines = sections.map(({ list, rows }) => {
    const of = (standing: string) => rows.filter(({ row }) => row["standing"] === standing).length;
    const parts = [
      `${rows.length} rows`,
      ...["guess", "site"].flatMap((one) => (of(one) > 0 ? [`${of(one)} ${one}`] : [])),
    ];
    return `${shown(list).padEnd(20)}${parts.join(", ")}`;
  });
  return `${lines.join("\n")}\n`;
}

/** A whole list: one line a row, its name, how it is known, and from where. */
export function listRowsText({ rows }: Section): string {
  const width = Math.max(0, ...rows.map(({ name }) => name.length)) + 2;
  return rows
    .map(
      ({ name, row }) =>
        `${shown(name).padEnd(width)}${String(row["standing"]).padEnd(7)}${shown(String(row["source"]))}\n`,
    )
    .join("");
}

/** Rows in full: every fact with its standing and source. */
export function sectionsText(sections: readonly Section[]): string {
  const blocks = sections.flatMap(({ list, rows }) =>
    rows.map(({ name, row }) => [`${shown(list)}: ${shown(name)}`, ...linesOf(row, "  ")].join("\n")),
  );
  return `${blocks.join("\n\n")}\n`;
}

function linesOf(row: Readonly<Record<string, unknown>>, indent: string): string[] {
  return Object.entries(row).flatMap(([key, value]) => {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.every((item) => typeof item !== "object" || item === null)) {
      const words = items.filter((item) => item !== null && item !== "").map(String);
      return [`${indent}${shown(`${key}: ${words.join(" ") || "none"}`)}`];
    }
    return items.flatMap((item) => [
      `${indent}${shown(key)}:`,
      ...linesOf(item as Readonly<Record<string, unknown>>, `${indent}  `),
    ]);
  });
}

export function sectionsJson(sections: readonly Section[]): string {
  const lists = Object.fromEntries(sections.map(({ list, rows }) => [list, rows.map(({ row }) => row)]));
  return `${jsonText({ schema: "ecflash.manifest/1", lists }, 2)}\n`;
}

/** Faults first, then notes, then the sum. */
export function lintText({ faults, notes, rows }: Report): string {
  const line = (kind: string, { path, at, reason }: Finding) =>
    `${shown(`${path}: ${kind}: ${at}: ${reason}`)}\n`;
  return [
    ...faults.map((one) => line("fault", one)),
    ...notes.map((one) => line("note", one)),
    `${rows} rows, ${faults.length} faults, ${notes.length} notes\n`,
  ].join("");
}

export function lintJson({ faults, notes, rows }: Report, exit: number): string {
  return `${jsonText({ schema: "ecflash.manifest-lint/1", rows, faults, notes, exit }, 2)}\n`;
}
