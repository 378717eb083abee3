import { EcflashError } from "../core/errors.js";
import type { RecordFile } from "../protocol/capture/record-file.js";
import type { CapturedRecord } from "../protocol/capture/records.js";
import type { Failed, ToJudge } from "./check-stream.js";

/** A record is some hundred bytes; a line that does not end by then is none. */
export const LINE_LIMIT_BYTES = 16 * 1024 ** 2;

const LINE_FEED = 10;
const BYTE_ORDER_MARK = /^\ufeff/;

/**
 * The records of a file as they are read, a chunk at a time, each with its line as source. A line that is no record is a
 * failure of its own. Throws `input-unreadable` for a line without an end.
 */
export async function* recordsOf(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  { read, headLines, isRemark }: RecordFile,
): AsyncGenerator<readonly (ToJudge | Failed)[]> {
  let number = 0;
  for await (const lines of linesOf(path, chunks)) {
    const batch: (ToJudge | Failed)[] = [];
    for (const raw of lines) {
      number += 1;
      if (number <= headLines || raw === "" || raw === "\r") continue;
      const line = number === 1 ? raw.replace(BYTE_ORDER_MARK, "") : raw;
      const record = read(line);
      if (record !== null) batch.push(toJudge(record, path, number));
      else if (!isRemark(line)) batch.push(noRecord(path, number));
    }
    yield batch;
  }
}

function toJudge(record: CapturedRecord, path: string, number: number): ToJudge {
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
