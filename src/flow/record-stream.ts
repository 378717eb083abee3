import { EcflashError } from "../core/errors.js";
import type { RecordFile } from "../protocol/capture/records/record-file.js";
import type { CapturedRecord } from "../protocol/capture/records/records.js";
import type { Failed, ToJudge } from "./check-stream.js";
import { failed } from "./input-failure.js";
import { JoinedRows } from "./joined-rows.js";

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
  { read, headLines, isRemark, quotes }: RecordFile,
): AsyncGenerator<readonly (ToJudge | Failed)[]> {
  let number = 0;
  const joined = quotes === undefined ? null : new JoinedRows(quotes);
  const give = (line: string, at: number, batch: (ToJudge | Failed)[]) => {
    if (line === "" || line === "\r") return;
    const record = read(line);
    if (record !== null) batch.push(toJudge(record, path, at));
    else if (!isRemark(line)) batch.push(noRecord(path, at));
  };
  for await (const lines of linesOf(path, chunks)) {
    const batch: (ToJudge | Failed)[] = [];
    for (const raw of lines) {
      number += 1;
      if (number <= headLines) continue;
      const line = number === 1 ? raw.replace(BYTE_ORDER_MARK, "") : raw;
      if (joined === null) give(line, number, batch);
      else for (const row of joined.add(line, number)) give(row.text, row.number, batch);
    }
    yield batch;
  }
  const left: (ToJudge | Failed)[] = [];
  for (const row of joined?.end() ?? []) give(row.text, row.number, left);
  yield left;
}

function toJudge(record: CapturedRecord, path: string, number: number): ToJudge {
  const { label, alike } = record;
  return { kind: "reading", label, alike, reading: () => record.reading(`${path}:${number}`) };
}

function noRecord(path: string, number: number): Failed {
  const source = `${path}:${number}`;
  return failed(source, new EcflashError("input-empty", { path: source }));
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
