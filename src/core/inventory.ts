import { type Declaration, readDeclarations } from "./declaration.js";
import { describeError } from "./catalogue.js";
import { isEcflashError } from "./errors.js";
import type { Facts } from "./facts.js";
import { maskDigits } from "./mask.js";

/** What a column of an inventory may be: the first four say which module, the last two what it is. */
export const INVENTORY_FIELDS = ["imei", "serial", "port", "host", "label", "variant"] as const;
export type InventoryField = (typeof INVENTORY_FIELDS)[number];

/** One row as it stands in the file. `where` is `line 3` of a CSV, `item 3` of a JSON array. */
export interface RawRow {
  readonly where: string;
  readonly cells: Readonly<Partial<Record<InventoryField, string>>>;
}

/** What may tell which module something is about, in the order of its weight. */
export interface ModuleKeys {
  /** The 14 digits of type and serial number: what is behind them is a check digit or a software version. */
  readonly imei: string | null;
  readonly serial: string | null;
  readonly port: string | null;
  readonly host: string | null;
}

/** One module somebody owns, and what it is said to be; no declaration where the row leaves that open. */
export interface InventoryRow extends ModuleKeys {
  readonly where: string;
  /** How it is called where it is listed: its strongest key, identities masked. */
  readonly name: string;
  readonly declarations: readonly Declaration[];
}

/**
 * Rows that can be trusted, and every reason why others cannot: labels nobody can read, IMEIs that a spreadsheet spoilt,
 * rows that name no module, one module in two rows. Each problem names its lines.
 */
export function readRows(
  raw: readonly RawRow[],
  facts: Facts,
): { readonly rows: readonly InventoryRow[]; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const rows: InventoryRow[] = [];
  for (const one of raw) {
    const row = readRow(one, facts);
    if (typeof row === "string") problems.push(`${one.where}: ${row}`);
    else rows.push(row);
  }
  return { rows, problems: [...problems, ...findDoubles(rows)] };
}

/** The row, or what is wrong with it. */
function readRow({ where, cells }: RawRow, facts: Facts): InventoryRow | string {
  const text = (field: InventoryField) => cells[field]?.trim() || null;
  const typed = text("imei");
  const imei = typed === null ? null : imeiKey(typed);
  if (typed !== null && imei === null)
    return `"${typed}" is no IMEI of 14 to 16 digits (spreadsheets turn it into a number; make the column text)`;
  const keys = {
    imei,
    serial: text("serial")?.toUpperCase() ?? null,
    port: text("port"),
    host: text("host")?.toLowerCase() ?? null,
  };
  if (Object.values(keys).every((key) => key === null)) return "it names no module";
  const declarations = declared(text("label"), text("variant"), facts);
  return typeof declarations === "string"
    ? declarations
    : { where, name: nameOf(keys, typed), ...keys, declarations };
}

function declared(label: string | null, variant: string | null, facts: Facts): Declaration[] | string {
  try {
    const found = readDeclarations(
      { label: label ?? undefined, variant: variant ?? undefined },
      facts,
      "inventory",
    );
    const [first, second] = found;
    if (first !== undefined && second !== undefined && first.variant !== second.variant)
      return `its label ${first.text} is an ${first.variant}, its variant says ${second.variant}`;
    return found.slice(0, 1);
  } catch (error) {
    if (isEcflashError(error, "label-unknown", "label-ambiguous", "variant-unknown"))
      return describeError(error)[0] ?? error.code;
    throw error;
  }
}

/** The digits that name a module, of an IMEI with or without check digit or software version; null for anything else. */
export function imeiKey(text: string): string | null {
  const digits = text.replace(/[\s-]/g, "");
  return /^\d{14,16}$/.test(digits) ? digits.slice(0, 14) : null;
}

function nameOf({ serial, port, host }: ModuleKeys, imei: string | null): string {
  if (imei !== null) return `IMEI ${maskDigits(imei.replace(/\D/g, ""))}`;
  if (serial !== null) return `serial ${serial}`;
  if (port !== null) return host === null ? `port ${port}` : `port ${port} of ${host}`;
  return `host ${host ?? "?"}`;
}

function findDoubles(rows: readonly InventoryRow[]): string[] {
  const first = new Map<string, InventoryRow>();
  const problems: string[] = [];
  for (const row of rows) {
    const { imei, serial, port, host } = row;
    const place = imei === null && serial === null ? `place ${port ?? ""} ${host ?? ""}` : null;
    const names = [
      imei === null ? null : `imei ${imei}`,
      serial === null ? null : `serial ${serial}`,
      place,
    ].filter((name) => name !== null);
    const other = names.map((name) => first.get(name)).find((found) => found !== undefined);
    if (other !== undefined) problems.push(describeDouble(other, row));
    for (const name of names) if (!first.has(name)) first.set(name, row);
  }
  return problems;
}

function describeDouble(one: InventoryRow, other: InventoryRow): string {
  const both = `${one.where} and ${other.where}`;
  if (one.imei !== null && other.imei !== null && one.imei !== other.imei)
    return `${both}: serial ${one.serial ?? ""} with two IMEIs`;
  const [first, second] = [one, other].map(({ declarations }) => declarations[0]?.text ?? "nothing");
  const clash = first === second ? "" : `, declared ${first ?? ""} and ${second ?? ""}`;
  return `${both} are one module: ${one.name}${clash}`;
}
