import { imeiKey, type InventoryRow, type ModuleKeys } from "./inventory.js";
import type { Columns } from "./inventory-columns.js";
import type { ModuleReading } from "./reading.js";

/** Sources that are kept by name; of a fleet of strangers the count is enough. */
const LISTED_LIMIT = 1_000;

export interface InventoryTally {
  readonly rows: number;
  /** Rows that at least one record belongs to; `rows` is `matched` and `missing` together. */
  readonly matched: number;
  readonly missing: readonly InventoryRow[];
  /** Records no row belongs to. */
  readonly unlisted: number;
  /** Where they are from, the first of them. */
  readonly unlistedSources: readonly string[];
}

/** What an inventory came to, with the columns it was read by. */
export interface InventoryReport extends InventoryTally {
  readonly path: string;
  readonly columns: Columns;
}

/**
 * The keys a reading shows. A port path is one of this host, whose name is `ownHost`; the host of a captured text is said by
 * it, or by its file's name.
 */
export function keysOf(
  { imei, serial, source, host }: ModuleReading,
  ownHost: string | null = null,
): ModuleKeys {
  const port = /^\d+-\d+(?:\.\d+)*$/.test(source) ? source : null;
  const named = host ?? (port === null ? stemOfFile(source) : ownHost);
  return {
    imei: imei.kind === "present" ? imeiKey(imei.imei) : null,
    serial: serial?.trim().toUpperCase() || null,
    port,
    host: named?.toLowerCase() ?? null,
  };
}

/** `gw-17` of `captures/gw-17.txt:3`; null for standard input. */
function stemOfFile(source: string): string | null {
  const name = source.replace(/:\d+$/, "").split(/[/\\]/).at(-1) ?? "";
  return name.replace(/\.[^.]+$/, "").replace(/^-$/, "") || null;
}

/** Finds the rows of a record, and keeps count of who was found. */
export class InventoryMatcher {
  readonly #rows: readonly InventoryRow[];
  readonly #index = new Map<string, InventoryRow[]>();
  readonly #matched = new Set<InventoryRow>();
  readonly #unlistedSources: string[] = [];
  #unlisted = 0;

  constructor(rows: readonly InventoryRow[]) {
    this.#rows = rows;
    for (const row of rows)
      for (const name of namesOf(row)) this.#index.set(name, [...(this.#index.get(name) ?? []), row]);
  }

  /**
   * All rows of the module with these keys. The strongest key that both sides know decides alone: a module with the
   * row's IMEI is the row's, wherever it is plugged; one with another IMEI is not, also at the row's port. A row of the
   * place counts only where no row names the module itself, and rows of several ports only for a record that says which.
   */
  rowsOf(keys: ModuleKeys): readonly InventoryRow[] {
    const candidates = new Set(namesOf(keys).flatMap((name) => this.#index.get(name) ?? []));
    const own = [...candidates].filter((row) => isSameModule(row, keys) === true);
    if (own.length > 0) return own;
    const there = [...candidates].filter((row) => isSameModule(row, keys) === null && isSamePlace(row, keys));
    const ports = new Set(there.map(({ port }) => port));
    return keys.port === null && ports.size > 1 ? [] : there;
  }

  /** As `rowsOf`, only by what belongs to the module itself: IMEI or serial. */
  rowsByIdentity(keys: ModuleKeys): readonly InventoryRow[] {
    return this.rowsOf({ ...keys, port: null, host: null });
  }

  /** Counts one record. */
  note(keys: ModuleKeys, source: string): void {
    const rows = this.rowsOf(keys);
    for (const row of rows) this.#matched.add(row);
    if (rows.length > 0) return;
    this.#unlisted += 1;
    if (this.#unlistedSources.length < LISTED_LIMIT) this.#unlistedSources.push(source);
  }

  get tally(): InventoryTally {
    return {
      rows: this.#rows.length,
      matched: this.#matched.size,
      missing: this.#rows.filter((row) => !this.#matched.has(row)),
      unlisted: this.#unlisted,
      unlistedSources: [...this.#unlistedSources],
    };
  }
}

function namesOf({ imei, serial, port, host }: ModuleKeys): string[] {
  const short = host === null ? null : shortHost(host);
  return Object.entries({ imei, serial, port, host: short }).flatMap(([field, key]) =>
    key === null ? [] : [`${field} ${key}`],
  );
}

/** Whether both are of one module by IMEI, else by serial; null where they have neither in common. */
function isSameModule(row: ModuleKeys, record: ModuleKeys): boolean | null {
  if (row.imei !== null && record.imei !== null) return row.imei === record.imei;
  if (row.serial !== null && record.serial !== null) return row.serial === record.serial;
  return null;
}

/** Port path and host together, as far as both sides know them; the same port path is there on every host. */
function isSamePlace(row: ModuleKeys, record: ModuleKeys): boolean {
  if (row.host !== null && (record.host === null || !isSameHost(row.host, record.host))) return false;
  if (row.port !== null && record.port !== null) return row.port === record.port;
  return row.host !== null;
}

/** `gw-1` is `gw-1.site-a.example`; two whole names must be equal. */
function isSameHost(one: string, other: string): boolean {
  if (one === other) return true;
  return (one === shortHost(one) || other === shortHost(other)) && shortHost(one) === shortHost(other);
}

function shortHost(host: string): string {
  return host.split(".")[0] ?? host;
}
