import type { RevisionSighting } from "./reading.js";

/**
 * What runs now: the last revision, in the fullest form it was given since it last changed. ATI, CGMR and QMI leave out
 * the sub-edition that AT+QGMR gave (domain.md 1.3), and with it the sign that a module is not ready.
 */
export function latestOf(revisions: readonly RevisionSighting[]): RevisionSighting | null {
  const last = revisions.at(-1);
  if (last === undefined) return null;
  const changed = revisions.findLastIndex(({ text }) => stemOf(text) !== stemOf(last.text));
  return revisions.slice(changed + 1).findLast(({ text }) => /[_#]/.test(text)) ?? last;
}

/** `EC25AFAR05A07M4G` of any longer form of it. */
export function stemOf(text: string): string {
  return text.trim().split(/[_#\s]/)[0] ?? "";
}
