import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDurationMs } from "../core/duration.js";
import { EcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { INVENTORY_FIELDS } from "../core/inventory.js";
import { type Columns, parseColumns } from "../core/inventory-columns.js";
import { Fleet } from "../flow/fleet.js";
import type { Environment } from "./environment.js";

/** Options of commands that know modules by a list of them. */
export interface FleetFlags {
  readonly inventory?: string;
  readonly columns?: Columns;
  /** Milliseconds. */
  readonly maxAge?: number;
}

export function withInventory(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--inventory <file>",
        "what each module is declared to be: CSV, NDJSON or JSON, by IMEI, serial, port path or host",
      ).env("ECFLASH_INVENTORY"),
    )
    .addOption(
      new Option(
        "--columns <field=name,...>",
        "its columns, where their headers do not tell: imei=IMEI,label=Order code",
      )
        .argParser(columns)
        .env("ECFLASH_COLUMNS"),
    );
}

export function withMaxAge(command: Command): Command {
  return command.addOption(
    new Option("--max-age <duration>", "records that say they are older are undecided: 36h, 7d")
      .argParser(duration)
      .env("ECFLASH_MAX_AGE"),
  );
}

/** The fleet these options speak of; undefined when they name none. Throws `usage`, and what `loadInventory` throws. */
export async function fleetOf(
  { now, hostName: ownHost }: Environment,
  { inventory: path, columns: named, maxAge, port }: FleetFlags & { readonly port?: string | undefined },
  facts: Facts,
): Promise<Fleet | undefined> {
  if (path === undefined) {
    if (named !== undefined)
      throw new EcflashError("usage", { detail: "--columns names the columns of an --inventory." });
    if (maxAge === undefined) return undefined;
    return new Fleet({ inventory: null, maxAgeMs: maxAge, now: now() });
  }
  const { loadInventory } = await import("../manifest/inventory.js");
  const inventory = await loadInventory(path, named ?? null, facts);
  return new Fleet({ inventory, maxAgeMs: maxAge ?? null, now: now(), ownHost, isPart: port !== undefined });
}

function columns(text: string): Columns {
  const found = parseColumns(text);
  if (found === null)
    throw new InvalidArgumentError(
      `for example imei=IMEI,label=Code; fields: ${INVENTORY_FIELDS.join(", ")}`,
    );
  return found;
}

function duration(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null) throw new InvalidArgumentError("a number with a unit: 90s, 15m, 36h, 7d, 2w");
  return ms;
}
