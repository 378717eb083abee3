import { Option } from "commander";

/** An option with its environment variable, `ECFLASH_` and its name. */
export function own(flags: string, description: string): Option {
  const name = /--([a-z-]+)/.exec(flags)?.[1] ?? "";
  const variable = name === "key" ? "INDEX_KEY" : name.toUpperCase().replaceAll("-", "_");
  return new Option(flags, description).env(`ECFLASH_${variable}`);
}

/** A list: the option may be repeated; its variable holds one. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
