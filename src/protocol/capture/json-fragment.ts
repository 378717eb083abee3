import { fieldOf } from "./fields.js";
import { type LineReader, type Observation, subject } from "./observation.js";
import { ReportFields } from "./report-fields.js";

/** `"imei": "...", // remark`: one member of an object in a line of its own. */
const MEMBER =
  /^\s{0,80}(["'])(?<name>[\w ./-]{1,40})\1\s{0,8}:\s{0,8}(?:"(?<double>[^"]{0,200})"|'(?<single>[^']{0,200})'|(?<bare>[\w.+-]{1,60}))\s{0,4},?\s{0,8}(?:(?:\/\/|#).*)?$/;
const LENGTH_LIMIT = 1024;
/** Lines of something else that may stand between. */
const STRANGE_LIMIT = 2;

/**
 * Members of an object whose brace was not copied: the report of a module from the middle of a document. What lies in braces
 * of its own is for the readers of JSON.
 */
export function jsonFragment(): LineReader {
  let block = new ReportFields();
  let depth = 0;
  let strange = 0;
  let number = 0;
  const end = (): readonly Observation[] => {
    const said =
      block.has("revision") && block.isReport()
        ? [
            subject(block.placeKey() ?? `fragment:${number}`),
            ...block.observations("report", ["version"]),
            subject(null),
          ]
        : [];
    block = new ReportFields();
    number += 1;
    return said;
  };
  return (line) => {
    if (line.length > LENGTH_LIMIT) return [];
    const member = depth === 0 ? MEMBER.exec(line)?.groups : undefined;
    const change = braces(line);
    depth += change;
    if (depth < 0) {
      depth = 0;
      return end();
    }
    if (member === undefined) {
      strange = depth > 0 || change !== 0 ? 0 : strange + 1;
      return !block.isEmpty && strange > STRANGE_LIMIT ? end() : [];
    }
    strange = 0;
    const name = member["name"] ?? "";
    const field = fieldOf(name);
    if (field !== null) block.put(name, field, member["double"] ?? member["single"] ?? member["bare"] ?? "");
    return [];
  };
}

/** How many braces and brackets the line opens more than it closes; those in strings are none. */
function braces(line: string): number {
  let open = 0;
  let quote = "";
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? "";
    if (char === "\\") at += 1;
    else if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === '"') quote = char;
    else if (char === "{" || char === "[") open += 1;
    else if (char === "}" || char === "]") open -= 1;
  }
  return open;
}
