import type { EdgeEnd } from "../../core/edge.js";
import type { Facts } from "../../core/facts.js";
import { parseRevision } from "../../core/revision.js";
import type { UnitEvidence } from "../../core/unit-evidence.js";
import { refused } from "./edit.js";
import { ENGINES, type Release } from "./types.js";

/** `EC25EFA`, `EC25EFA:01.x` or a revision. Throws `usage`. */
export function readEdgeEnd(text: string, facts: Facts): EdgeEnd {
  const reading = parseRevision(text, facts);
  const [code = "", buildLine, ...rest] = text.split(":");
  if (reading.kind === "revision" && facts.hardwareCodes.has(reading.revision.hardwareCode))
    return { hardwareCode: reading.revision.hardwareCode, revision: reading.revision.text };
  if (!facts.hardwareCodes.has(code) || rest.length > 0 || buildLine === "")
    throw refused(`"${text}" is neither a revision nor a known hardware code with or without its line.`);
  return buildLine === undefined ? { hardwareCode: code } : { hardwareCode: code, buildLine };
}

/** `who:3` or `who:3:virtual`. Throws `usage`. */
export function readEvidence(text: string): UnitEvidence {
  const [, by = "", modules = "", virtual] = /^(.+?):(\d{1,6})(:virtual)?$/.exec(text) ?? [];
  if (by === "") throw refused(`"${text}" is no evidence; write who:modules, for example lab:3.`);
  return { by, modules: Number(modules), virtual: virtual !== undefined };
}

/** `qdl:reason`. Throws `usage`. */
export function readBlockedEngine(text: string): Release["blockedEngines"][number] {
  const [, name = "", reason = ""] = /^([^:]*):\s*(.*\S)\s*$/s.exec(text) ?? [];
  const engine = ENGINES.find((one) => one === name);
  if (engine === undefined)
    throw refused(`"${text}" blocks nothing; write ${ENGINES.join(" or ")}, a colon and the reason.`);
  return { engine, reason };
}
