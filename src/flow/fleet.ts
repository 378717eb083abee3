import type { Declaration } from "../core/declaration.js";
import { describeDuration } from "../core/duration.js";
import { EXIT, type ExitCode, worstExit } from "../core/exits.js";
import type { Facts } from "../core/facts.js";
import { InventoryMatcher, type InventoryReport, keysOf } from "../core/inventory-match.js";
import type { ModuleReading } from "../core/reading.js";
import { exitOf, type Judgement, judge, type JudgeOptions } from "../core/verdict.js";
import type { Inventory } from "../manifest/inventory.js";

export interface FleetOptions {
  readonly inventory: Inventory | null;
  /** Records that say when they were taken and are older prove nothing any more. */
  readonly maxAgeMs: number | null;
  /** Wall time against which records are old. */
  readonly now: Date;
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
    const keys = keysOf(reading);
    const rows = this.#matcher?.rowsOf(keys) ?? [];
    this.#matcher?.note(keys, reading.source);
    const declarations = [...options.declarations, ...rows.flatMap((row) => row.declarations)];
    return this.#aged(judge(reading, facts, { ...options, declarations }));
  }

  /** The declarations of a module's own row, by IMEI or serial: a place is not enough to flash by. */
  declared(reading: ModuleReading): readonly Declaration[] {
    const rows = this.#matcher?.rowsByIdentity(keysOf(reading)) ?? [];
    return rows.flatMap((row) => row.declarations);
  }

  /** As `exitOf`; a record that is too old, and a module nobody listed, stay undecided whatever they say. */
  exitOf(judgement: Judgement, wanted: { strict?: boolean; allowUnknown?: boolean }): ExitCode {
    const { reading, verdict } = judgement;
    if (this.#isOld(reading)) return EXIT.undecided;
    const exit = exitOf(judgement, wanted);
    const listed = this.#matcher === null || this.#matcher.rowsOf(keysOf(reading)).length > 0;
    return listed || verdict === "unsupported" ? exit : worstExit([exit, EXIT.undecided]);
  }

  /** The exit of the whole, with rows that no record belongs to. */
  exitWith(exit: ExitCode): ExitCode {
    return (this.#matcher?.tally.missing.length ?? 0) > 0 ? worstExit([exit, EXIT.undecided]) : exit;
  }

  get report(): InventoryReport | null {
    const { inventory } = this.#options;
    if (inventory === null || this.#matcher === null) return null;
    return { path: inventory.path, columns: inventory.columns, ...this.#matcher.tally };
  }

  #aged(judgement: Judgement): Judgement {
    const { maxAgeMs } = this.#options;
    const { source, takenAt } = judgement.reading;
    if (maxAgeMs === null || takenAt === undefined) return judgement;
    const ageMs = this.#ageMs(takenAt);
    if (ageMs === null || ageMs <= maxAgeMs) return judgement;
    const says = `the record is ${describeDuration(ageMs)} old, and --max-age is ${describeDuration(maxAgeMs)}: it was ${judgement.verdict} then`;
    return {
      ...judgement,
      verdict: "unknown",
      confidence: "weak",
      evidence: [{ from: source, says, weight: "strong" }, ...judgement.evidence],
      advice: ["Take a new record of this module."],
    };
  }

  #isOld({ takenAt }: ModuleReading): boolean {
    const { maxAgeMs } = this.#options;
    if (maxAgeMs === null || takenAt === undefined) return false;
    return (this.#ageMs(takenAt) ?? 0) > maxAgeMs;
  }

  /** Null for a time nobody can read: that is a record without one. */
  #ageMs(takenAt: string): number | null {
    const takenMs = Date.parse(takenAt);
    return Number.isNaN(takenMs) ? null : this.#options.now.getTime() - takenMs;
  }
}
