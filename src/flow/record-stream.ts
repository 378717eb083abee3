import { EcflashError } from "../core/errors.js";
import type { RecordReader } from "../protocol/capture/records.js";
import type { Failed, ToJudge } from "./check-stream.js";

/** A record is some hundred bytes; a line that does not end by then is none. */
const LINE_LIMIT_BYTES = 16 * 1024 ** 2;

const LINE_FEED = 10;

/**
 * The records of a file as they are read, a chunk at a time, each with its line as source. A line that is no record is a
 * failure of its own. Throws `input-unreadable` for a line without an end.
 */
export async function* recordsOf(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { read, isHead }: { readonly read: RecordReader; readonly isHead: boolean },
): AsyncGenerator<readonly (ToJudge | Failed)[]> {
  let number = 0;
  for await (const lines of linesOf(path, chunks)) {
    const batch: (ToJudge | Failed)[] = [];
    for (const line of lines) {
      number += 1;
      if ((number === 1 && isHead) || line === "" || line === "\r") continue;
      const record = read(line);
      batch.push(record === null ? noRecord(path, number) : toJudge(record, path, number));
    }
    yield batch;
  }
}

function toJudge(record: NonNullable<ReturnType<RecordReader>>, path: string, number: number): ToJudge {
  const { label, alike } = record;
  return { kind: "reading", label, alike, reading: () => record.reading(`${path}:${number}`) };
}

function noRecord(path: string, number: number): Failed {
  const source = `${path}:${number}`;
  return { kind: "failure", source, error: new EcflashError("input-empty", { path: source }) };
}

/** Whole lines, those of a chunk together; what a chunk begins is kept for the next. */
async function* linesOf(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LINE_FEED);
    if (end < 0) {
      kept.push(chunk);
      keptBytes += chunk.length;
      if (keptBytes > LINE_LIMIT_BYTES)
        throw new EcflashError("input-unreadable", {
          path,
          reason: `a line is longer than ${keptBytes} bytes`,
        });
      continue;
    }
    const whole = Buffer.concat([...kept, chunk.subarray(0, end)]).toString("utf8");
    kept = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    keptBytes = chunk.length - end - 1;
    yield whole.split("\n");
  }
  if (kept.length > 0) yield Buffer.concat(kept).toString("utf8").split("\n");
}
