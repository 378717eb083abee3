import type { IndexChange } from "../core/index-diff.js";

/** What changed between two editions of an index, a line each. */
export function diffText(changes: readonly IndexChange[]): string {
  if (changes.length === 0) return "The two are the same.\n";
  return `${changes.map(lineOf).join("\n")}\n`;
}

export function diffJson(changes: readonly IndexChange[]): string {
  return `${JSON.stringify({ schema: "ecflash.index-diff/1", changes }, null, 2)}\n`;
}

function lineOf(change: IndexChange): string {
  switch (change.what) {
    case "head":
      return `${change.field}: ${change.before} became ${change.after}`;
    case "key-added":
      return `key added: ${change.key}`;
    case "key-removed":
      return `key removed: ${change.key}`;
    case "release-added":
      return `release added: ${change.revision}`;
    case "release-removed":
      return `release removed: ${change.revision}`;
    case "release-retracted":
      return `release taken back: ${change.revision}: ${change.reason}`;
    case "release-changed":
      return `release changed: ${change.revision}: ${change.fields.join(", ")}`;
    case "edge-added":
      return `crossing allowed: ${change.from} to ${change.to}`;
    case "edge-removed":
      return `crossing no longer allowed: ${change.from} to ${change.to}`;
  }
}
