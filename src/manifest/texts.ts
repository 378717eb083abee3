import type { Facts } from "../core/facts.js";
import { parseLabel } from "../core/label.js";
import { parseRevision, type Revision } from "../core/revision.js";
import type { Finding, Placed, Rows } from "./rows.js";

/** Revisions, labels and build lines that rows name are read by the code's own parsers, and as what the row says. */
export function textFaults(rows: Rows, facts: Facts): Finding[] {
  return [
    ...revisionFaults(rows, facts),
    ...floorFaults(rows, facts),
    ...testedFaults(rows, facts),
    ...labelFaults(rows, facts),
    ...lineFaults(rows, facts),
  ];
}

function revisionFaults({ "known-revisions": known }: Rows, facts: Facts): Finding[] {
  return known.flatMap(({ row, path, at }) => {
    const found = revisionOf(row.text, facts);
    const place = { path, at: `${at}.text` };
    if (found === null) return [{ ...place, reason: `${row.text} is no revision` }];
    if (found.hardwareCode !== row.hardwareCode)
      return [{ ...place, reason: `${row.text} is of ${found.hardwareCode}, not of ${row.hardwareCode}` }];
    return facts.models.has(found.model) ? [] : [{ ...place, reason: `no model is called ${found.model}` }];
  });
}

function floorFaults({ floors }: Rows, facts: Facts): Finding[] {
  return floors.flatMap(({ row, path, at }) =>
    (["once", "notBelow"] as const).flatMap((key) => {
      const ofCode = revisionOf(row[key], facts)?.hardwareCode === row.hardwareCode;
      return ofCode
        ? []
        : [{ path, at: `${at}.${key}`, reason: `${row[key]} is no revision of ${row.hardwareCode}` }];
    }),
  );
}

function testedFaults({ "tested-crossings": tested }: Rows, facts: Facts): Finding[] {
  return tested.flatMap(({ row, path, at }) =>
    (["from", "to"] as const).flatMap((key) => {
      const { revision, hardwareCode } = row[key];
      if (revisionOf(revision, facts)?.hardwareCode === hardwareCode) return [];
      return [{ path, at: `${at}.${key}.revision`, reason: `${revision} is no revision of ${hardwareCode}` }];
    }),
  );
}

function labelFaults({ "hardware-codes": codes }: Rows, facts: Facts): Finding[] {
  return codes.flatMap(({ row, path, at }) =>
    (row.labels ?? []).flatMap(({ text }, index) => {
      const read = parseLabel(text, facts);
      if (read.kind === "code" && read.hardware.code === row.code) return [];
      return [{ path, at: `${at}.labels[${index}].text`, reason: `${text} is not read as ${row.code}` }];
    }),
  );
}

/** Every build line that a row names, and every one that a known revision is of, is a row of its own. */
function lineFaults(rows: Rows, facts: Facts): Finding[] {
  const lines = new Set(rows["build-lines"].map(({ row }) => row.line));
  if (lines.size === 0) return [];
  const missing = ({ path, at }: Placed<unknown>, key: string, line: string | null | undefined): Finding[] =>
    (line ?? "")
      .split("+")
      .filter((part) => part !== "" && !lines.has(part))
      .map((part) => ({ path, at: `${at}.${key}`, reason: `no build line is called ${part}` }));
  return [
    ...rows["known-revisions"].flatMap((one) =>
      missing(one, "text", revisionOf(one.row.text, facts)?.buildLine),
    ),
    ...rows["order-options"].flatMap((one) => missing(one, "mark", one.row.mark)),
    ...rows["forbidden-crossings"].flatMap((one) => [
      ...missing(one, "from.buildLine", one.row.from.buildLine),
      ...missing(one, "to.buildLine", one.row.to.buildLine),
    ]),
  ];
}

function revisionOf(text: string, facts: Facts): Revision | null {
  const said = parseRevision(text, facts);
  return said.kind === "revision" ? said.revision : null;
}
