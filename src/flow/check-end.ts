import type { ExitCode } from "../core/exits.js";
import type { InventoryReport } from "../core/inventory-match.js";
import type { Tally, TallyCounter } from "../core/tally.js";
import type { Fleet } from "./fleet.js";

/** How a check ended, of one module or a million records. */
export interface CheckEnd {
  /** Of everything, also of what `only` left out. */
  readonly tally: Tally;
  readonly exit: ExitCode;
  /** Which rows of an inventory have a record and which records a row; absent without one. */
  readonly inventory: InventoryReport | undefined;
}

/** The end of what was counted; rows of an inventory without a record are undecided. */
export function endOf({ tally, exit }: TallyCounter, fleet: Fleet | undefined): CheckEnd {
  return { tally, exit: fleet?.exitWith(exit) ?? exit, inventory: fleet?.report ?? undefined };
}
