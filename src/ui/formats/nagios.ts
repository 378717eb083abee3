import { wordsOf } from "../../core/catalogue.js";
import { EXIT, type ExitCode } from "../../core/exits.js";
import { VERDICTS } from "../../core/verdict-meaning.js";
import { sentenceOf } from "../check-row.js";
import type { MakeRenderer } from "../check-renderer.js";
import { oneLine } from "../escape.js";
import { missingOf } from "../inventory.js";
import { tallyText } from "../tally-text.js";

const STATES = ["OK", "WARNING", "CRITICAL", "UNKNOWN"] as const;

/** Nagios has four states (monitoring-plugins.org, guidelines), and they are the plugin's exit codes. */
function nagiosExit(exit: number): 0 | 1 | 2 | 3 {
  if (exit === 0) return 0;
  if (exit === 12) return 1;
  return exit === 10 || exit === 13 ? 2 : 3;
}

/** Old servers cut a line at 1 KiB, and the figures come last. */
const LONGEST_SAID = 500;

/** One line: state, what is wrong first, all counted, then figures. */
export const nagiosRenderer: MakeRenderer = ({ out }) => {
  /** The first module or failure of each exit is enough for one line. */
  const first = new Map<ExitCode, string>();
  const note = (exit: ExitCode, says: () => string) => {
    if (!first.has(exit)) first.set(exit, says());
  };
  return {
    begin: () => undefined,
    record: (judgement, exit) => {
      note(exit, () => `${judgement.reading.source} ${sentenceOf(judgement)}`);
    },
    failure: ({ source, error }) => {
      note(error.exit, () => `${source}: ${wordsOf(error).what}`);
    },
    end: ({ exit, tally, inventory }) => {
      const missing = missingOf(inventory);
      for (const { source, says } of missing) note(EXIT.undecided, () => `${source}: ${says}`);
      const state = STATES[nagiosExit(exit)];
      const worst = first.get(exit);
      const says = exit === 0 || worst === undefined ? "" : `${plain(worst)} - `;
      const absent = missing.length === 0 ? "" : `; ${missing.length} missing`;
      const figures = [
        `modules=${tally.modules};;;0`,
        ...VERDICTS.map((verdict) => `${verdict}=${tally.verdicts[verdict] ?? 0};;;0`),
        `not-read=${tally.failures};;;0`,
        ...(inventory === undefined ? [] : [`missing=${missing.length};;;0`]),
      ];
      out.write(`ECFLASH ${state}: ${says}${tallyText(tally)}${absent} | ${figures.join(" ")}\n`);
    },
    processExit: nagiosExit,
  };
};

/** What stands before the figures: one line, not too long, without the sign that begins them. */
function plain(text: string): string {
  const line = oneLine(text).replaceAll("|", "/");
  return line.length > LONGEST_SAID ? `${line.slice(0, LONGEST_SAID)}...` : line;
}
