import type { ModuleReading } from "../../core/reading.js";
import { atTranscript } from "./at-transcript.js";
import { foldObservations } from "./fold.js";
import type { LineReader, Observation } from "./observation.js";
import { qmicli } from "./qmicli.js";
import { quectelCm } from "./quectel-cm.js";
import { linesOf } from "./text.js";

/** One format, one file: a new one is a line here. Each reads all lines and knows its own. */
const FORMATS: readonly (() => LineReader)[] = [atTranscript, quectelCm, qmicli];

/**
 * What a captured text says of the module it is about: one reading, or none when no module speaks in it. A revision is
 * taken only from an answer of the module or a log of its own tools, never from prose, a package name or an example.
 * The reading's source is `source` with the first line that says something (`thread.txt:42`).
 */
export function readCapture(text: string, source: string): ModuleReading[] {
  const readers = FORMATS.map((start) => start());
  const observations: Observation[] = [];
  let firstLine: number | null = null;
  for (const line of linesOf(text)) {
    for (const reader of readers) {
      const found = reader(line.text);
      if (found.length > 0) firstLine ??= line.number;
      for (const observation of found) observations.push(observation);
    }
  }
  if (firstLine === null) return [];
  return [
    { ...foldObservations(observations), source: `${source}:${firstLine}`, virtual: false, mode: "normal" },
  ];
}
