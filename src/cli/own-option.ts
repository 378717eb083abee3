import { Option } from "commander";

/** An option with its environment variable, `ECFLASH_` and its name. */
export function own(flags: string, description: string): Option {
  const name = /--([a-z-]+)/.exec(flags)?.[1] ?? "";
  const variable = name === "key" ? "INDEX_KEY" : name.toUpperCase().replaceAll("-", "_");
  return new Option(flags, description).env(`ECFLASH_${variable}`);
}

/** Public keys: the option once for each, or several in one text, which is all that its variable can hold. */
export function keyOption(description: string): Option {
  return own("--key <base64>", `${description}; may be repeated`).argParser(
    (text, before: readonly string[] | undefined) => [...(before ?? []), text],
  );
}

/** A list: the option may be repeated; its variable holds one. */
export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? [value] : value;
}
