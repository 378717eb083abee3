import { parseDurationMs } from "../../../core/duration.js";
import { EcflashError } from "../../../core/errors.js";
import { EXIT } from "../../../core/exits.js";
import type { Facts } from "../../../core/facts.js";
import type { IndexEdit } from "../../../core/index-report.js";
import type { EditTime } from "../../../package/index/edit.js";
import type { FirmwareIndex } from "../../../package/index/types.js";
import type { Environment } from "../../environment.js";
import { configOf, factsOf, type KnowledgeOptions } from "../../knowledge.js";

export interface EditOptions extends KnowledgeOptions {
  readonly expires?: string;
  readonly format: "text" | "json";
}

interface Edited {
  readonly after: FirmwareIndex;
  readonly edit: IndexEdit;
}

/** Makes a new edition of an index by `change`, and tells what was done. */
export async function edit(
  environment: Environment,
  file: string,
  options: EditOptions,
  change: (index: FirmwareIndex, facts: Facts, time: EditTime) => Edited,
): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const time = timeOf(environment, options);
  const { editIndex } = await import("../../../flow/index/file.js");
  const { after, edit: done } = await editIndex(file, facts, (index) => change(index, facts, time));
  return tell(environment, options, file, after, done);
}

/** Prints what an edit did. */
export async function tell(
  { out }: Environment,
  { format }: EditOptions,
  file: string,
  { name, version, expires }: FirmwareIndex,
  done: IndexEdit,
): Promise<number> {
  const ui = await import("../../../ui/index-owner.js");
  const report = { file, name, version, expires, edit: done };
  out.write(format === "json" ? ui.editJson(report) : ui.editText(report));
  return EXIT.done;
}

/** Now, and the life that was asked for. Throws `usage`. */
export function timeOf({ now }: Environment, options: EditOptions): EditTime {
  return { now: now(), lifeMs: lifeOf(options) };
}

/** Milliseconds of `--expires`. Throws `usage`. */
export function lifeOf({ expires }: EditOptions): number | null {
  if (expires === undefined) return null;
  const ms = parseDurationMs(expires);
  if (ms === null)
    throw new EcflashError("usage", { detail: `"${expires}" is no duration; write 90d, for example.` });
  return ms;
}
