import { SaxesParser } from "saxes";
import type { TableRow } from "../core/lint/tables.js";

/** `size_kb` of a partition that takes the rest of the NAND. */
const TO_THE_END = 0xffffffff;
const MAX_ROWS = 64;

/**
 * Reads Qualcomm's `partition_nand.xml`: elements `partition` with `name` (`0:SBL`), `size_kb` and `pad_kb`, in order of
 * the NAND (Quectel's OCPU guides for EC20 quote it; domain.md 4.3 names the file). It is no file that is flashed, so
 * what is not understood is told and never guessed: null where it is not well-formed or a row lacks name or size.
 */
export function parsePartitionTable(text: string): TableRow[] | null {
  const parser = new SaxesParser();
  const rows: TableRow[] = [];
  const at: { fields: Map<string, string> | null; open: string; broken: boolean } = {
    fields: null,
    open: "",
    broken: false,
  };
  // The first one ends it: a megabyte that is no XML would make a million.
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name }) => {
    if (name === "partition") at.fields = new Map();
    at.open = name;
  });
  parser.on("text", (found) => {
    const text = found.trim();
    if (at.fields !== null && text !== "") at.fields.set(at.open, (at.fields.get(at.open) ?? "") + text);
  });
  parser.on("closetag", ({ name }) => {
    at.open = "";
    if (name !== "partition" || at.fields === null) return;
    const row = rowOf(at.fields);
    if (row === null) at.broken = true;
    else rows.push(row);
    at.fields = null;
  });
  try {
    parser.write(text).close();
  } catch {
    return null;
  }
  return at.broken || rows.length === 0 || rows.length > MAX_ROWS ? null : rows;
}

function rowOf(fields: ReadonlyMap<string, string>): TableRow | null {
  const name = /^0:(\w[\w.-]*)$/.exec(fields.get("name") ?? "")?.[1];
  const size = numberOf(fields.get("size_kb"));
  const pad = numberOf(fields.get("pad_kb") ?? "0");
  if (name === undefined || size === null || pad === null) return null;
  return { name, sizeKib: size === TO_THE_END ? null : size, padKib: pad };
}

/** Decimal or with `0x`, as such files have both. */
function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^(?:\d{1,10}|0x[0-9a-f]{1,8})$/i.test(text) ? Number(text) : null;
}
