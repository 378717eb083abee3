import { describe, expect, it } from "vitest";
import { EcflashError } from "../../src/core/errors.js";
import { planBytes } from "../../src/core/plan.js";
import { builtinFlasher } from "../../src/flasher/builtin/builtin.js";
import { FirehoseHost } from "../../src/flasher/builtin/firehose-host.js";
import {
  ACK,
  FakeEndpoint,
  GONE,
  hostBytes,
  hostSays,
  logged,
  moduleSays,
  NAK,
  RAW_ACK,
  type Step,
} from "./fake-endpoint.js";
import { contentOf, padded, PLAN, SBL, TZ } from "./small-plan.js";

const erase = (start: number, count: number) =>
  hostSays("erase", { start_sector: String(start), num_partition_sectors: String(count) });
const program = (start: number, count: number) =>
  hostSays("program", { start_sector: String(start), num_partition_sectors: String(count) });

const ERASES: Step[] = [erase(0, 640), moduleSays(ACK), erase(13_184, 768), moduleSays(ACK)];
const OPEN_TZ: Step[] = [program(13_184, 5), moduleSays(RAW_ACK)];
const SEND_TZ: Step[] = [
  hostBytes(padded(TZ).subarray(0, 8192), true),
  hostBytes(padded(TZ).subarray(8192), true),
];
const PROGRAM_SBL: Step[] = [
  program(0, 2),
  moduleSays(RAW_ACK),
  hostBytes(padded(SBL), true),
  moduleSays(ACK),
];
const WHOLE: Step[] = [...ERASES, ...OPEN_TZ, ...SEND_TZ, moduleSays(ACK), ...PROGRAM_SBL];

interface Options {
  readonly readFile?: typeof contentOf;
  readonly beforeFirstErase?: () => void;
  /** Called at each progress, with a way to stop. */
  readonly onProgress?: (doneBytes: number, stop: AbortController) => void;
  readonly stoppedAtOnce?: boolean;
}

/** Flashes the small plan against a script. What was sent is seen by the script: anything else fails. */
async function flash(script: Step[], options: Options = {}) {
  const stop = new AbortController();
  const stopped = new EcflashError("interrupted", { signal: "SIGINT" });
  const endpoint = new FakeEndpoint(...script);
  const progress: number[] = [];
  let asked = 0;
  if (options.stoppedAtOnce === true) stop.abort(stopped);
  const flasher = builtinFlasher(new FirehoseHost(endpoint, () => undefined));
  const readFile = async (file: typeof SBL) => (options.readFile ?? contentOf)(file);
  const result = await flasher
    .flash(PLAN, readFile, {
      beforeFirstErase: async () => {
        asked += 1;
        options.beforeFirstErase?.();
      },
      progress: (done) => {
        progress.push(done);
        options.onProgress?.(done, stop);
      },
      stop: stop.signal,
    })
    .then(
      (evidence) => ({ evidence, error: null }),
      (error: unknown) => ({ evidence: null, error }),
    );
  return { ...result, endpoint, progress, asked };
}

describe("the builtin engine", () => {
  it("erases SBL first, programs it last, and leaves evidence of every item", async () => {
    const { evidence, error, endpoint } = await flash(WHOLE);
    expect(error).toBeNull();
    endpoint.expectDone();
    expect(evidence?.engine).toBe("builtin");
    expect(
      evidence?.items.map(({ item, step, sentBytes }) => [item, step.kind, step.partition, sentBytes]),
    ).toEqual([
      [1, "erase", "SBL", 0],
      [2, "erase", "TZ", 0],
      [3, "program", "TZ", 10_240],
      [4, "program", "SBL", 4_096],
    ]);
    expect(evidence?.items.every(({ accepted, acknowledged }) => accepted && acknowledged)).toBe(true);
  });

  it("measures by the plan's bytes, never backwards, to the last one", async () => {
    const { progress } = await flash(WHOLE);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(planBytes(PLAN));
  });

  it("counts the blocks that were skipped as bad", async () => {
    const [first, , ...rest] = WHOLE;
    if (first === undefined) throw new Error("no script");
    const bad = [logged("Skipping: bad block 0x4"), logged("Skipping: bad block 0x5")];
    const { evidence } = await flash([first, moduleSays(...bad, ACK), ...rest]);
    expect(evidence?.items.map(({ badBlocks }) => badBlocks)).toEqual([2, 0, 0, 0]);
  });

  it("calls beforeFirstErase once, before the first byte", async () => {
    let sent = false;
    const [first, ...rest] = WHOLE;
    if (first === undefined || !("host" in first)) throw new Error("no script");
    const watched: Step = {
      ...first,
      host: (...written) => {
        sent = true;
        first.host(...written);
      },
    };
    const { asked } = await flash([watched, ...rest], { beforeFirstErase: () => expect(sent).toBe(false) });
    expect([asked, sent]).toEqual([1, true]);
  });
});

describe("before the first erase, the builtin engine sends nothing", () => {
  it("when a file is missing", async () => {
    const missing = new EcflashError("package-file-missing", { path: TZ.path, namedBy: "the plan" });
    const readFile = (file: typeof SBL) => {
      if (file.path === TZ.path) throw missing;
      return contentOf(file);
    };
    const { error, asked } = await flash([], { readFile });
    expect(error).toBe(missing);
    expect(asked).toBe(0);
  });

  it("when a file is longer or shorter than the plan says", async () => {
    for (const by of [-1, 1]) {
      const readFile = ({ sizeBytes }: typeof SBL) => new Uint8Array(sizeBytes + by);
      const { error, asked } = await flash([], { readFile });
      expect(error).toMatchObject({ code: "package-length" });
      expect(asked).toBe(0);
    }
  });

  it("when the journal cannot be written", async () => {
    const full = new EcflashError("state-unwritable", { path: "journal", reason: "no space" });
    const { error } = await flash([], {
      beforeFirstErase: () => {
        throw full;
      },
    });
    expect(error).toBe(full);
  });

  it("when it was stopped already", async () => {
    const { error, asked } = await flash([], { stoppedAtOnce: true });
    expect(error).toMatchObject({ code: "interrupted" });
    expect(asked).toBe(0);
  });
});

describe("once it writes, the builtin engine fails with the item", () => {
  it.each([
    [
      "the first erase is refused",
      [erase(0, 640), moduleSays(logged("start_sector unaligned"), NAK)],
      { item: 1, step: "erase SBL", reason: "start_sector unaligned" },
    ],
    [
      "a program is not opened",
      [...ERASES, program(13_184, 5), moduleSays(logged("first"), logged("no room"), NAK)],
      { item: 3, step: "program TZ (update/tz.mbn)", reason: "no room" },
    ],
    [
      "the last answer of a program is a NAK",
      [...ERASES, ...OPEN_TZ, ...SEND_TZ, moduleSays(logged("NAND write failed"), NAK)],
      { item: 3, step: "program TZ (update/tz.mbn)", reason: "NAND write failed" },
    ],
    ["a NAK says nothing", [erase(0, 640), moduleSays(NAK)], { item: 1, reason: "NAK without a word" }],
    ["the module leaves in an erase", [erase(0, 640), GONE], { item: 1, reason: "the module left the bus" }],
    [
      "the module leaves in a payload",
      [...ERASES, ...OPEN_TZ, GONE],
      { item: 3, reason: "the module left the bus" },
    ],
    [
      "the module stops answering",
      [...ERASES, ...OPEN_TZ, ...SEND_TZ],
      { item: 3, reason: "the module stopped answering" },
    ],
    [
      "a transfer fails",
      [erase(0, 640), { fails: new EcflashError("transfer-failed", { what: "a read", reason: "stall" }) }],
      { item: 1, reason: "stall" },
    ],
  ] as const)("when %s", async (_name, script, facts) => {
    const { error, endpoint } = await flash([...script]);
    expect(error).toMatchObject({ code: "write-failed", facts: { items: 4, ...facts } });
    endpoint.expectDone();
  });

  it("keeps what went wrong as the cause", async () => {
    const { error } = await flash([erase(0, 640), GONE]);
    expect((error as EcflashError).cause).toMatchObject({ code: "module-gone" });
  });
});

describe("a stop inside the write", () => {
  it("lets a program finish, since a programmer in raw mode hears nothing else, and ends before the next item", async () => {
    const { error, endpoint } = await flash([...ERASES, ...OPEN_TZ, ...SEND_TZ, moduleSays(ACK)], {
      onProgress: (done, stop) => done === 8192 && stop.abort(new Error("enough")),
    });
    expect(error).toMatchObject({ code: "write-interrupted", facts: { item: 4, items: 4 } });
    endpoint.expectDone();
  });

  it("lets an erase finish and ends before the next item", async () => {
    const { error, endpoint } = await flash([erase(0, 640), moduleSays(ACK)], {
      onProgress: (_done, stop) => stop.abort(new Error("enough")),
    });
    expect(error).toMatchObject({ code: "write-interrupted", facts: { item: 2, items: 4 } });
    endpoint.expectDone();
  });

  it("does not hide a NAK that came meanwhile", async () => {
    const { error } = await flash([erase(0, 640), moduleSays(logged("erase failed"), NAK)], {
      onProgress: (_done, stop) => stop.abort(new Error("enough")),
    });
    expect(error).toMatchObject({ code: "write-failed", facts: { item: 1, reason: "erase failed" } });
  });
});
