import { describe, expect, it } from "vitest";
import type { CheckStream } from "../../src/flow/check-stream.js";
import { checkTexts } from "../../src/flow/check-texts.js";
import type { TextInput } from "../../src/flow/text-inputs.js";
import { Fleet } from "../../src/flow/fleet.js";
import { readRows } from "../../src/core/inventory.js";
import type { InventoryField } from "../../src/core/inventory.js";
import { moduleSaying } from "../core/facts.js";
import { declare, facts, makeBench, modes } from "./bench.js";
import { Live, RIGHT, words, WRONG } from "./live.js";

/** A captured text as if it were in a file. */
function input(path: string, said: string): TextInput {
  return {
    path,
    open: async function* () {
      yield new TextEncoder().encode(said);
    },
  };
}

/** Every verdict of a stream, and how it ended. */
async function judged(stream: CheckStream) {
  const told: string[] = [];
  for await (const batch of stream)
    for (const item of batch) told.push(item.kind === "failure" ? item.kind : item.judgement.verdict);
  return { told, ...stream.end() };
}

type Cells = Partial<Record<InventoryField, string>>;
const NOW = new Date("2026-03-10T12:00:00Z");

function inventoryOf(...cells: Cells[]) {
  const raw = cells.map((one, at) => ({ where: `line ${at + 2}`, cells: one }));
  const { rows, problems } = readRows(raw, facts);
  expect(problems).toEqual([]);
  const columns = { imei: "IMEI", label: "Label" };
  return { path: "fleet.csv", columns, rows };
}

function fleetOf(...cells: Cells[]): Fleet {
  return new Fleet({ inventory: inventoryOf(...cells), maxAgeMs: null, now: NOW });
}

const imei = (index: number) => String(1000 + 10 * index).padStart(15, "0");
const units = [{ portPath: "1-1.1" }, { portPath: "1-1.2", revision: WRONG }, { portPath: "1-1.3" }];
const A = "EC25AFA-512-STD";

describe("check --inventory", () => {
  it("declares each module by its own row, wherever it is plugged", async () => {
    const fleet = fleetOf(
      { imei: imei(1), label: A },
      { imei: imei(0), label: A },
      { serial: "virtual2", variant: "EC25-A" },
    );
    const result = await new Live(...units).check({ fleet });
    expect(words(result)).toEqual({ "1-1.1": "match", "1-1.2": "mismatch", "1-1.3": "match" });
    expect(result.judgements.map(({ declared }) => declared?.from)).toEqual(Array(3).fill("inventory"));
    expect(result.inventory).toMatchObject({ rows: 3, matched: 3, missing: [], unlisted: 0 });
    expect(result.exit).toBe(10);
  });

  it("lists rows without a module and modules without a row, and both are undecided", async () => {
    const all = { imei: imei(0), label: A };
    const gone = await new Live({ portPath: "1-1.1" }).check({
      fleet: fleetOf(all, { imei: imei(9), label: A }),
    });
    expect(gone.inventory).toMatchObject({ rows: 2, matched: 1, unlisted: 0 });
    expect(gone.inventory?.missing.map(({ where }) => where)).toEqual(["line 3"]);
    expect(gone.exit).toBe(11);
    const more = await new Live(units[0] ?? { portPath: "" }, { portPath: "1-1.3" }).check({
      fleet: fleetOf(all),
      allowUnknown: true,
    });
    expect(more.inventory).toMatchObject({ matched: 1, unlisted: 1, unlistedSources: ["1-1.3"] });
    expect(more.exit).toBe(11);
    expect((await new Live({ portPath: "1-1.1" }).check({ fleet: fleetOf(all) })).exit).toBe(0);
  });

  it("a label of the command that says otherwise is a dispute", async () => {
    const live = new Live({ portPath: "1-1.1" });
    const fleet = fleetOf({ imei: imei(0), label: A });
    const { judgements } = await live.check({ fleet, declarations: declare({ label: "EC25EFA-512-STD" }) });
    expect(judgements[0]?.verdict).toBe("disputed");
    const same = await live.check({
      fleet: fleetOf({ imei: imei(0), label: A }),
      declarations: declare({ label: A }),
    });
    expect(same.judgements[0]?.verdict).toBe("match");
  });

  it("joins captured texts by IMEI, and by the host their file is named for", async () => {
    const text = (digits: string, revision: string) =>
      `AT+QGMR\n${revision}\nOK\nAT+GSN\n${digits}\nOK\nAT+CFUN?\n+CFUN: 1\nOK\n`;
    const fleet = fleetOf(
      { imei: imei(0), label: A },
      { host: "gw-2", variant: "EC25-A" },
      { host: "gw-3", label: A },
    );
    const stream = checkTexts(
      [input("in/one.txt", text(imei(0), RIGHT)), input("in/GW-2.txt", text(imei(7), WRONG))],
      { facts, modes },
      { declarations: [], fleet },
    );
    const result = await judged(stream);
    expect(result.told).toEqual(["match", "mismatch"]);
    expect(result.inventory).toMatchObject({ rows: 3, matched: 2, unlisted: 0 });
    expect(result.exit).toBe(10);
  });
});

describe("records of a fleet", () => {
  const record = (fields: object) => `${JSON.stringify({ revision: RIGHT, label: A, ...fields })}\n`;
  const told = (fleet: Fleet, text: string) =>
    judged(checkTexts([input("fleet.ndjson", text)], { facts, modes }, { declarations: [], fleet }));

  it("say when they were taken, in words or as a number, and an old one proves nothing", async () => {
    const fleet = new Fleet({ inventory: null, maxAgeMs: 7 * 86_400_000, now: NOW });
    const seconds = (time: string) => Date.parse(time) / 1000;
    const text = [
      record({ imei: imei(0), timestamp: "2026-03-09T12:00:00Z" }),
      record({ imei: imei(1), timestamp: "2026-03-01T12:00:00Z" }),
      record({ imei: imei(2), timestamp: seconds("2026-03-01T12:00:00Z") }),
      record({ imei: imei(3), timestamp: seconds("2026-03-09T12:00:00Z") * 1000 }),
      record({ imei: imei(4) }),
    ].join("");
    const result = await told(fleet, text);
    expect(result.told).toEqual(["match", "unknown", "unknown", "match", "match"]);
    expect(result.exit).toBe(11);
  });

  it.each([
    ["a JSON array", (records: object[]) => JSON.stringify(records)],
    ["an indented document", (records: object[]) => JSON.stringify({ devices: records }, null, 2)],
  ])("say host and time in %s, too", async (_name, written) => {
    const fleet = new Fleet({
      inventory: inventoryOf({ host: "gw-2", label: A }, { host: "gw-3", label: A }),
      maxAgeMs: 7 * 86_400_000,
      now: NOW,
    });
    const records = [
      { revision: RIGHT, hostname: "gw-2", imei: imei(5), timestamp: "2026-03-09T12:00:00Z" },
      { revision: WRONG, hostname: "GW-3", imei: imei(6), timestamp: "2026-03-01T12:00:00Z" },
    ];
    const result = await told(fleet, written(records));
    expect(result.told).toEqual(["match", "unknown"]);
    expect(result.inventory).toMatchObject({ rows: 2, matched: 2, unlisted: 0 });
    expect(result.exit).toBe(11);
  });

  it("say which host they are from, and its row declares them", async () => {
    const text = [
      record({ label: "", hostname: "gw-2", imei: imei(5) }),
      record({ label: "", hostname: "GW-3", imei: imei(6), revision: WRONG }),
    ].join("");
    const result = await told(fleetOf({ host: "gw-2", label: A }, { host: "gw-3", label: A }), text);
    expect(result.told).toEqual(["match", "mismatch"]);
    expect(result.inventory).toMatchObject({ rows: 2, matched: 2, unlisted: 0 });
  });
});

describe("--max-age", () => {
  const aged = (takenAt: string | undefined) => {
    const fleet = new Fleet({ inventory: null, maxAgeMs: 7 * 86_400_000, now: NOW });
    const options = { declarations: declare({ label: A }) };
    const judgement = fleet.judge(moduleSaying(RIGHT, { source: "x.ndjson:1", takenAt }), facts, options);
    return { judgement, exit: fleet.exitOf(judgement, { allowUnknown: true }) };
  };

  it.each([
    ["2026-03-03T12:00:00Z", 0],
    ["2026-03-03T11:59:59Z", 11],
    ["2026-03-11T00:00:00Z", 0],
    ["yesterday", 0],
    [undefined, 0],
  ])("a record of %s exits %i", (takenAt, exit) => {
    expect(aged(takenAt).exit).toBe(exit);
  });

  it("says how old the record is, and what it was then", () => {
    const { verdict, evidence } = aged("2026-03-01T00:00:00Z").judgement;
    expect(verdict).toBe("unknown");
    expect(evidence[0]?.says).toBe("the record is 9 d 12 h old, and --max-age is 7 d: it was match then");
  });
});

describe("flash --inventory", () => {
  it("takes the code from the row of the module's IMEI, and flashes", async () => {
    const bench = await makeBench();
    const row = { imei: bench.setup.nv.imei, label: A };
    const { result } = await bench.flash({ declarations: [], fleet: fleetOf(row), connect: "skip" });
    expect(result.outcome).toBe("done");
  });

  it.each([
    ["another module's row", { imei: imei(5), label: A }, "[undeclared]"],
    ["a row that only names the port", { port: "1-1.2", label: A }, "[undeclared]"],
  ])("refuses with %s", async (_name, row, says) => {
    const bench = await makeBench();
    const { result, words: said } = await bench.flash({ declarations: [], fleet: fleetOf(row) });
    expect(result.exit).toBe(4);
    expect(said).toContain(says);
  });
});
