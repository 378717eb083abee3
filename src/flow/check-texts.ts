import { EcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import type { UsbMode } from "../core/usb-mode.js";
import { decodeText } from "../protocol/capture/decode.js";
import { type CapturedModule, readModules } from "../protocol/capture/index.js";
import type { CheckOptions } from "./check.js";
import { CheckStream, type Failed, type ToJudge } from "./check-stream.js";
import type { TextInput } from "./text-inputs.js";

/** What texts are read with: facts of modules, and which USB ids are whose. */
export interface TextKnowledge {
  readonly facts: Facts;
  readonly modes: readonly UsbMode[];
}

/** A text beyond this is read only where it is one record a line: V8 has no longer strings. */
const WHOLE_LIMIT_BYTES = 256 * 1024 ** 2;

/**
 * Judges captured texts as they are read; one without an answer of a module is a failure of its own. The stream throws
 * `input-empty` where all are so: an empty input is never a result. Throws `input-unreadable` for what cannot be read.
 */
export function checkTexts(
  inputs: readonly TextInput[],
  { facts, modes }: TextKnowledge,
  options: CheckOptions,
): CheckStream {
  return new CheckStream(readTexts(inputs, modes), facts, options);
}

async function* readTexts(
  inputs: readonly TextInput[],
  modes: readonly UsbMode[],
): AsyncGenerator<readonly (ToJudge | Failed)[]> {
  // Told once something else was found, so that nothing is told where the whole is empty.
  let empty: string[] = [];
  let found = false;
  for (const { path, open } of inputs) {
    const text = decodeText(await wholeOf(path, open()));
    const modules = text === null ? [] : readModules(text, path, modes);
    if (modules.length === 0) {
      empty.push(path);
      if (!found) continue;
    } else found = true;
    yield [...empty.map(failed), ...modules.map(toJudge)];
    empty = [];
  }
  if (!found) throw new EcflashError("input-empty", { path: empty.join(", ") });
}

async function wholeOf(path: string, chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > WHOLE_LIMIT_BYTES) {
      const reason = `it is longer than ${WHOLE_LIMIT_BYTES} bytes and not one record a line`;
      throw new EcflashError("input-unreadable", { path, reason });
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

function failed(path: string): Failed {
  return { kind: "failure", source: path, error: new EcflashError("input-empty", { path }) };
}

function toJudge({ reading, label }: CapturedModule): ToJudge {
  return { kind: "reading", label, alike: null, reading: () => reading };
}
