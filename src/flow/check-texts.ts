import { EcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import type { UsbMode } from "../core/usb-mode.js";
import { type Utf16, utf16Of } from "../protocol/capture/text/decode.js";
import { type CapturedModule, readModules } from "../protocol/capture/index.js";
import { type RecordFile, recordFile } from "../protocol/capture/records/record-file.js";
import { asUtf8 } from "./as-utf8.js";
import type { CheckOptions } from "./check.js";
import { CheckStream, type Failed, type ToJudge } from "./check-stream.js";
import { failed, failureOfAll, inputFailure } from "./input-failure.js";
import { peek } from "./peek.js";
import { LINE_LIMIT_BYTES, recordsOf } from "./record-stream.js";
import type { TextInput } from "./text-inputs.js";
import { wholeText } from "./whole-text.js";

/** What texts are read with: facts of modules, and which USB ids are whose. */
export interface TextKnowledge {
  readonly facts: Facts;
  readonly modes: readonly UsbMode[];
}

/**
 * Judges captured texts as they are read; one without an answer of a module, or that cannot be read, is a failure of its own.
 * Where all are so the stream throws, `input-unreadable` or `input-empty`: an empty input is never a result.
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
  let held: Failed[] = [];
  let found = false;
  for (const [file, { path, open }] of inputs.entries()) {
    let failure: Failed | null = failed(path, new EcflashError("input-empty", { path }));
    try {
      for await (const batch of itemsOf({ path, file, bytes: open() }, modes)) {
        if (batch.length === 0) continue;
        yield [...held, ...batch];
        held = [];
        found = true;
        failure = null;
      }
    } catch (error) {
      failure = failed(path, inputFailure(error));
    }
    if (failure === null) continue;
    if (found) yield [failure];
    else held.push(failure);
  }
  if (!found) throw failureOfAll(held);
}

/** A text of records in its encoding; null is UTF-8. */
interface RecordText {
  readonly encoding: Utf16 | null;
  readonly records: RecordFile;
}

/** What one text holds: record by record where it is a file of records, else read as a whole. */
async function* itemsOf(
  { path, file, bytes }: { path: string; file: number; bytes: AsyncIterable<Uint8Array> },
  modes: readonly UsbMode[],
): AsyncGenerator<readonly (ToJudge | Failed)[]> {
  const { decided, chunks } = await peek(
    bytes,
    (beginning, isAll) => beginsAs(beginning, isAll, file),
    LINE_LIMIT_BYTES,
  );
  if (decided !== null) {
    const { encoding, records } = decided;
    yield* recordsOf(path, encoding === null ? chunks : asUtf8(chunks, encoding), records);
    return;
  }
  const text = await wholeText(path, chunks);
  yield text === null ? [] : readModules(text, path, modes).map(toJudge);
}

/** Excel and PowerShell write records in UTF-16. */
function beginsAs(beginning: Uint8Array, isAll: boolean, file: number): RecordText | null | undefined {
  const encoding = utf16Of(beginning);
  const records = recordFile(new TextDecoder(encoding ?? "utf-8").decode(beginning), isAll, file);
  return records && { encoding, records };
}

function toJudge({ reading, label }: CapturedModule): ToJudge {
  return { kind: "reading", label, alike: null, reading: () => reading };
}
