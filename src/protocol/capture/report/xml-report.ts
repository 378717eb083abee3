import { isNotInstalled } from "./not-installed.js";
import type { LineReader, Observation } from "../observation.js";
import { ReportFields } from "./report-fields.js";

/** One tag at a time, with the text behind it: `<firmware>EC25...`, `</modem>`, `<modem imei="..." />`. */
const TAG =
  /<(?<close>\/)?(?<name>[A-Za-z_][\w.-]{0,40})(?<attributes>(?:\s{1,64}[\w:.-]{1,40}="[^"<>]{0,200}"){0,32})\s{0,16}(?<empty>\/)?>(?<text>[^<>]{0,200})/g;
const ATTRIBUTE = /(?<name>[\w:.-]{1,40})="(?<value>[^"]{0,200})"/g;
const LENGTH_LIMIT = 16_384;

/** XML exports: leaves or attributes named as the fields of a report are. A report ends with the element around it. */
export function xmlReport(): LineReader {
  let block = new ReportFields();
  let passed = "";
  let opened = "";
  let number = 0;
  const end = (fields: ReportFields): readonly Observation[] => {
    number += 1;
    return fields.ofModule(fields.placeKey() ?? `xml:${number}`, "XML");
  };
  const read = (groups: Readonly<Record<string, string | undefined>>): readonly Observation[] => {
    const { name = "", attributes = "", text = "" } = groups;
    const closes = groups["close"] !== undefined;
    if (passed !== "") {
      if (closes && name === passed) passed = "";
      return [];
    }
    if (closes) {
      const isLeaf = name === opened;
      opened = "";
      if (isLeaf || !block.isOfModule) return [];
      const whole = end(block);
      block = new ReportFields();
      return whole;
    }
    opened = name;
    if (isNotInstalled(name)) {
      if (groups["empty"] === undefined) passed = name;
      return [];
    }
    if (text.trim() !== "") block.putNamed(name, text.trim());
    return attributes === "" ? [] : end(ofAttributes(attributes));
  };
  return (line) => {
    if (line.length > LENGTH_LIMIT || !line.includes("<")) return [];
    return [...line.matchAll(TAG)].flatMap(({ groups }) => read(groups ?? {}));
  };
}

function ofAttributes(text: string): ReportFields {
  const fields = new ReportFields();
  for (const { groups } of text.matchAll(ATTRIBUTE))
    fields.putNamed(groups?.["name"] ?? "", groups?.["value"] ?? "");
  return fields;
}
