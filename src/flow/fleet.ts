import type { Declaration } from "../core/declaration.js";
import { describeDuration } from "../core/duration.js";
import { EXIT, type ExitCode, worstExit } from "../core/exits.js";
import type { Facts } from "../core/facts.js";
import { InventoryMatcher, type InventoryReport, keysOf } from "../core/inventory-match.js";
import type { ModuleKeys } from "../core/inventory.js";
import type { ModuleReading } from "../core/reading.js";
import { exitOf, type Judgement, judge, type JudgeOptions } from "../core/verdict.js";
import type { Inventory } from "../manifest/inventory.js";

export interface FleetOptions {
  readonly inventory: Inventory | null;
  /** Records that say when they were taken and are older prove nothing any more. */
  readonly maxAgeMs: number | null;
  /** Wall time against which records are old. */
  readonly now: Date;
  /** The name of this host, where modules of its own bus are looked up by host; null: by what belongs to the module. */
  readonly ownHost?: string | undefined;
  /** Whether only a part of the modules is looked at: then a row without a record is not missing. */
  readonly isPart?: boolean | undefined;
}

/** What judging needs besides one reading when it is one of a fleet: what its row declares, and how old it may be. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #matcher: InventoryMatcher | null;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#matcher = options.inventory === null ? null : new InventoryMatcher(options.inventory.rows);
  }

  /** Judges one record, its row's declaration beside those of the command, and counts it. */
  judge(reading: ModuleReading, facts: Facts, options: JudgeOptions): Judgement {
    const keys = this.#keysOf(reading);
    const rows = this.#matcher?.rowsOf(keys) ?? [];
    this.#matcher?.note(keys, reading.source);
    const declarations = [...options.declarations, ...rows.flatMap((row) => row.declarations)];
    return this.#aged(judge(reading, facts, { ...options, declarations }));
  }

  /** The declarations of a module's own row, by IMEI or serial: a place is not enough to flash by. */
  declared(reading: ModuleReading): readonly Declaration[] {
    const rows = this.#matcher?.rowsByIdentity(this.#keysOf(reading)) ?? [];
    return rows.flatMap((row) => row.declarations);
  }

  /** As `exitOf`; a record that is too old, and a module nobody listed, stay undecided whatever they say. */
  exitOf(judgement: Judgement, wanted: { strict?: boolean; allowUnknown?: boolean }): ExitCode {
    const { reading, verdict } = judgement;
    if (this.#whyStale(reading) !== null) return EXIT.undecided;
    const exit = exitOf(judgement, wanted);
    const listed = this.#matcher === null || this.#matcher.rowsOf(this.#keysOf(reading)).length > 0;
    return listed || verdict === "unsupported" ? exit : worstExit([exit, EXIT.undecided]);
  }

  /** The exit of the whole, with rows that no record belongs to. */
  exitWith(exit: ExitCode): ExitCode {
    return (this.report?.missing.length ?? 0) > 0 ? worstExit([exit, EXIT.undecided]) : exit;
  }

  get report(): InventoryReport | null {
    const { inventory } = this.#options;
    if (inventory === null || this.#matcher === null) return null;
    const { path, columns } = inventory;
    const { tally } = this.#matcher;
    if (this.#options.isPart !== true) return { path, columns, ...tally };
    return { path, columns, ...tally, rows: tally.matched, missing: [] };
  }

  #keysOf(reading: ModuleReading): ModuleKeys {
    return keysOf(reading, this.#options.ownHost?.toLowerCase() ?? null);
  }

  #aged(judgement: Judgement): Judgement {
    const { source } = judgement.reading;
    const why = this.#whyStale(judgement.reading);
    if (why === null) return judgement;
    return {
      ...judgement,
      verdict: "unknown",
      confidence: "weak",
      evidence: [
        { from: source, says: `${why}: it was ${judgement.verdict} then`, weight: "strong" },
        ...judgement.evidence,
      ],
      advice: ["Take a new record of this module."],
    };
  }

  /** Why a record that says when it was taken proves nothing now; null where it does, or says no time. */
  #whyStale({ takenAt }: ModuleReading): string | null {
    const { maxAgeMs, now } = this.#options;
    if (maxAgeMs === null || takenAt === undefined) return null;
    const limit = `--max-age is ${describeDuration(maxAgeMs)}`;
    const takenMs = timeOf(takenAt);
    if (takenMs === null) return `"${takenAt}" is no time that can be read, and ${limit}`;
    const ageMs = now.getTime() - takenMs;
    if (ageMs < -CLOCK_ERROR_MS) return `${takenAt} lies in the future, and ${limit}`;
    return ageMs <= maxAgeMs ? null : `the record is ${describeDuration(ageMs)} old, and ${limit}`;
  }
}

/** Clocks of gateways are wrong by hours where they have no time zone. */
const CLOCK_ERROR_MS = 24 * 3_600_000;

const ISO_TIME =
  /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?$/;

/** An ISO 8601 time in milliseconds; null for all else: `11.05.2026` is May here and November there. */
function timeOf(text: string): number | null {
  if (!ISO_TIME.test(text)) return null;
  const ms = Date.parse(text.replace(",", ".").replace(/ ?UTC$/, "Z"));
  return Number.isNaN(ms) ? null : ms;
}
