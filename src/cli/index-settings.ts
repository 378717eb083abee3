import { EcflashError } from "../core/errors.js";
import type { Config } from "../manifest/config.js";
import type { IndexSettings } from "../package/index/load.js";
import { listOf } from "./own-option.js";

export interface IndexOptions {
  readonly index?: string | undefined;
  readonly key?: string | readonly string[] | undefined;
  readonly threshold?: string | undefined;
}

/**
 * Where the index is and whose signatures count. Keys of the command line take the place of the configured ones, with
 * their own threshold. Another address alone is still for the configured keys, threshold and name: a copy of the site's
 * index on a stick. Null where there is none.
 * @throws EcflashError `usage` for keys without an index, and a threshold without keys
 */
export function indexSettings(
  { index, key, threshold }: IndexOptions,
  { index: configured }: Pick<Config, "index">,
): IndexSettings | null {
  const publicKeys = keysOf(key);
  const url = index ?? configured?.url;
  if (threshold !== undefined && publicKeys.length === 0)
    throw new EcflashError("usage", { detail: "--threshold counts the keys of --key; there is none." });
  if (url === undefined) {
    if (publicKeys.length === 0) return null;
    throw new EcflashError("usage", {
      detail:
        "--key says who signs an index, and none is named: give --index, or write it into ecflash.json.",
    });
  }
  if (publicKeys.length === 0) return { publicKeys: [], ...configured, url };
  const count = threshold === undefined ? 1 : countOf(threshold);
  const distinct = new Set(publicKeys).size;
  if (count > distinct)
    throw new EcflashError("usage", {
      detail: `--threshold ${count} can never be met: the keys of --key are ${distinct}.`,
    });
  // The name and the days of grace were said of the configured address, not of any other.
  const { name, graceDays } = (index === undefined ? configured : undefined) ?? {};
  return { url, publicKeys, threshold: count, name, graceDays };
}

/** Keys in order: the option repeated, or one text of several, separated by commas or blanks, also whole `.pub` files. */
export function keysOf(value: IndexOptions["key"]): readonly string[] {
  return listOf(value)
    .flatMap((text) => text.split(/[\r\n,]+/))
    .filter((line) => !line.trimStart().startsWith("untrusted comment:"))
    .flatMap((line) => line.split(/\s+/))
    .filter((word) => word !== "");
}

/** How many keys must sign. Throws `usage`. */
export function countOf(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new EcflashError("usage", { detail: `--threshold is a number from 1 on, not "${text}".` });
}
