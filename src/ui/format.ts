import type { RunEvent } from "../core/events.js";

/** Sizes, shares and results as people read them. */

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const units = ["KiB", "MiB", "GiB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** Whole percent, 100 only when all of it is done. */
export function percent(done: number, total: number): number {
  return total === 0 ? 100 : Math.floor((done / total) * 100);
}

export function formatSeconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

/** How a run ended, in one line: `incomplete (exit 7)`; a run that only looked has no outcome, but an exit. */
export function resultLine({ outcome, exit }: Extract<RunEvent, { type: "result" }>): string {
  return outcome === "judged" ? `looked only; check exits ${exit}` : `${outcome} (exit ${exit})`;
}
