import { EcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import type { ModuleReading } from "../core/reading.js";
import { readCapture } from "../protocol/capture/index.js";
import type { CheckOptions } from "./check.js";
import { CheckStream, type Failed, type ToJudge } from "./check-stream.js";

/** A text to judge: where it is from and how to get it. */
export interface TextInput {
  readonly path: string;
  readonly read: () => Promise<string>;
}

/**
 * Judges captured texts as they are read; one without an answer of a module is a failure of its own. The stream throws
 * `input-empty` where all are so: an empty input is never a result.
 */
export function checkTexts(inputs: Iterable<TextInput>, facts: Facts, options: CheckOptions): CheckStream {
  return new CheckStream(readTexts(inputs), facts, options);
}

async function* readTexts(inputs: Iterable<TextInput>): AsyncGenerator<readonly (ToJudge | Failed)[]> {
  // Told once something else was found, so that nothing is told where the whole is empty.
  let empty: string[] = [];
  let found = false;
  for (const { path, read } of inputs) {
    const readings = readCapture(await read(), path);
    if (readings.length === 0) {
      empty.push(path);
      if (!found) continue;
    } else found = true;
    yield [...empty.map(failed), ...readings.map(toJudge)];
    empty = [];
  }
  if (!found) throw new EcflashError("input-empty", { path: empty.join(", ") });
}

function failed(path: string): Failed {
  return { kind: "failure", source: path, error: new EcflashError("input-empty", { path }) };
}

function toJudge(reading: ModuleReading): ToJudge {
  return { kind: "reading", label: null, alike: null, reading: () => reading };
}
