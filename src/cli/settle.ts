import type { Command } from "commander";
import { EcflashError } from "../core/errors.js";
import { settleFlags } from "./flags.js";
import { settleFrom } from "./from-option.js";

/** `-` is standard output, as it is standard input for `--from`. */
const STDOUT = "-";

/**
 * Makes of what commander read what a command may rely on: no empty value, flags by their word, either texts or a module,
 * and an output only where it is a file. Throws `usage`.
 */
export function settle(command: Command, variables: Readonly<Record<string, string | undefined>>): void {
  refuseEmptyValues(command);
  settleFlags(command, variables);
  settleFrom(command);
  if (command.getOptionValue("output") === STDOUT)
    command.setOptionValueWithSource("output", undefined, "default");
}

/**
 * A value that was typed and is empty is mostly a variable of a script that is not set (`--port "$PORT"`); to leave it
 * out would take another module than the one that was meant.
 */
function refuseEmptyValues(command: Command): void {
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (values.some((one) => typeof one === "string" && one.trim() === ""))
      throw new EcflashError("usage", { detail: `${option.long ?? option.flags} has an empty value.` });
  }
}
