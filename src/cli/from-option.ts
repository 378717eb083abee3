import { delimiter } from "node:path";
import { type Command, Option } from "commander";
import { EcflashError } from "../core/errors.js";

/** What only a live module has, or a recording or virtual bench in its place. A captured text has none of it. */
const LIVE = ["sim", "port", "record", "replay", "wait", "timeout"] as const;

/** Adds `--from`: texts in place of a module. `doing` is what the command does with them: "judge". */
export function withFrom(command: Command, doing: string): Command {
  return command.addOption(
    new Option(
      "--from <file...>",
      `${doing} captured texts instead of a module: files, folders, patterns; - reads standard input; ` +
        `ECFLASH_FROM names several a line each, or with ${delimiter} between; ` +
        "goes before the variables of options for modules, and these on the command line before ECFLASH_FROM",
    ).env("ECFLASH_FROM"),
  );
}

/**
 * Leaves either `--from` or the options of live modules, so that none is passed over in silence. What the command line
 * says goes before what the environment says for a whole shell; among equals of the environment `--from` stays. Throws
 * `usage` where the command line says both, and for a variable with delimiters and no path.
 */
export function settleFrom(command: Command): void {
  const bySource = (name: string) => command.getOptionValueSource(name);
  const from = bySource("from");
  if (from !== "cli" && from !== "env") return;
  if (from === "env") splitFrom(command);
  const typed = LIVE.find((name) => bySource(name) === "cli");
  if (typed !== undefined && from === "cli")
    throw new EcflashError("usage", {
      detail: `--${typed} is for modules; --from reads texts in their place and cannot be given with it.`,
    });
  const dropped = typed === undefined ? LIVE.filter((name) => bySource(name) === "env") : ["from"];
  for (const name of dropped) command.setOptionValueWithSource(name, undefined, "default");
}

/** Commander takes a variable for one path. Lines win over the delimiter, so that a path may have it in its name. */
function splitFrom(command: Command): void {
  const value: unknown = command.getOptionValue("from");
  const texts = Array.isArray(value) ? value.map(String) : [];
  const parts = texts.flatMap((text) => text.split(text.includes("\n") ? /\r?\n/ : delimiter));
  const paths = parts.filter((path) => path.trim() !== "");
  if (paths.length === 0) throw new EcflashError("usage", { detail: "ECFLASH_FROM names no text." });
  command.setOptionValueWithSource("from", paths, "env");
}
