import { type Command, Option } from "commander";
import { EcflashError } from "../core/errors.js";

const YES: readonly string[] = ["1", "true", "yes", "on"];
const NO: readonly string[] = ["", "0", "false", "no", "off"];

/** An option without a value, off by default, with its environment variable. */
export function flag(flags: string, description: string, variable: string): Option {
  return new Option(flags, description).default(false).env(variable);
}

/**
 * Commander takes a flag as given as soon as its variable exists, also with `0`. Here the variable's word decides.
 * Throws `usage` for a word that is neither yes nor no.
 */
export function settleFlags(command: Command, variables: Readonly<Record<string, string | undefined>>): void {
  for (const option of command.options) {
    const name = option.attributeName();
    const variable = option.envVar;
    if (
      !(option.isBoolean() || option.negate) ||
      variable === undefined ||
      command.getOptionValueSource(name) !== "env"
    )
      continue;
    const word = (variables[variable] ?? "").trim().toLowerCase();
    if (YES.includes(word)) continue;
    if (!NO.includes(word))
      throw new EcflashError("usage", { detail: `${variable} is "${word}"; a flag is 1 or 0.` });
    command.setOptionValueWithSource(name, option.negate, "default");
  }
}
