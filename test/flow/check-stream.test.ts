import { expect, test } from "vitest";
import { UNREAD } from "../../src/core/reading.js";
import { type CheckItem, CheckStream, type Failed, type ToJudge } from "../../src/flow/check-stream.js";
import type { CheckOptions } from "../../src/flow/check.js";
import { EcflashError } from "../../src/core/errors.js";
import { loadFacts } from "../../src/manifest/load.js";

const facts = await loadFacts();

function record(source: string, revision: string, label: string | null = "EC25AFA-512-STD"): ToJudge {
  const reading = {
    ...UNREAD,
    source,
    virtual: false,
    mode: "normal" as const,
    revisions: [{ text: revision, from: "revision" }],
  };
  return { kind: "reading", label, alike: `${revision} ${label ?? ""}`, reading: () => reading };
}

function stream(inputs: (ToJudge | Failed)[][], options: Partial<CheckOptions> = {}): CheckStream {
  async function* batches() {
    yield* inputs;
  }
  return new CheckStream(batches(), facts, { declarations: [], ...options });
}

async function collect(stream: CheckStream) {
  const items: CheckItem[] = [];
  for await (const batch of stream) items.push(...batch);
  return {
    judgements: items.filter((item) => item.kind === "judgement").map(({ judgement }) => judgement),
    failures: items.filter((item) => item.kind === "failure"),
    exit: stream.end().exit,
  };
}

const RIGHT = "EC25AFAR05A07M4G_30.005.30.005";
const WRONG = "EC25EFAR06A11M4G_01.001.01.001";
const empty: Failed = {
  kind: "failure",
  source: "e",
  error: new EcflashError("input-empty", { path: "e" }),
};

test("every input is an item, in order, with its own reading", async () => {
  const { judgements, failures, exit } = await collect(
    stream([
      [record("1", RIGHT), record("2", WRONG)],
      [empty, record("3", RIGHT)],
    ]),
  );
  expect(judgements.map(({ verdict, reading }) => `${reading.source} ${verdict}`)).toEqual([
    "1 match",
    "2 mismatch",
    "3 match",
  ]);
  expect(failures).toEqual([empty]);
  expect(exit).toBe(10);
});

test("only some verdicts are handed on, and all are counted", async () => {
  const only = stream([[record("1", RIGHT), record("2", WRONG), record("3", RIGHT)]], { only: ["mismatch"] });
  const { judgements } = await collect(only);
  expect(judgements.map(({ reading }) => reading.source)).toEqual(["2"]);
  expect(only.end()).toEqual({
    tally: { modules: 3, failures: 0, verdicts: { match: 2, mismatch: 1 } },
    exit: 10,
  });
  const none = stream([[record("1", RIGHT)]], { only: ["mismatch"] });
  expect((await collect(none)).judgements).toEqual([]);
  expect(none.end().exit).toBe(0);
});

test("a label nobody can read is a failure of its record, not a record without a label", async () => {
  const { judgements, failures, exit } = await collect(
    stream([[record("1", RIGHT, "nonsense"), record("2", RIGHT)]]),
  );
  expect(judgements).toHaveLength(1);
  expect(failures).toMatchObject([{ source: "1", error: { code: "label-unknown" } }]);
  expect(exit).toBe(2);
});

test("a label that contradicts the one of the command line is disputed", async () => {
  const declarations = [
    {
      from: "variant" as const,
      text: "EC25-E",
      hardware: null,
      variant: "EC25-E",
      flash: null,
    },
  ];
  const { judgements } = await collect(stream([[record("1", RIGHT)]], { declarations }));
  expect(judgements[0]?.verdict).toBe("disputed");
});

test("nothing at all is no module; the end is not told before it came", async () => {
  const nothing = stream([]);
  expect(() => nothing.end()).toThrow(RangeError);
  expect((await collect(nothing)).exit).toBe(3);
});
