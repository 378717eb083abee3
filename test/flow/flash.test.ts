import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Bench, makeBench, untrodden } from "./bench.js";
import { storyOf } from "./contract.js";
import { imagesOf, raise, sha256 } from "./site.js";
import { erasesOf, holdsRelease, snapshotOf, whereIs } from "./truth.js";

const CALIBRATION = ["EFS2", "sys_rev", "RAWDATA"];

/** Verb and first sector of every erase and program, in the order the module heard them. */
function writesOf({ module }: Bench) {
  return module.recorder.acts.flatMap((act) =>
    act.kind === "firehose" && /^(erase|program)$/.test(act.element.name)
      ? [`${act.element.name} ${act.element.attributes["start_sector"] ?? "?"}`]
      : [],
  );
}

describe("wrong-variant", () => {
  it("puts every image of the package at its place and leaves calibration as it was", async () => {
    const bench = await makeBench();
    const before = CALIBRATION.map((name) => sha256(bench.module.nandBytes(name)));
    expect(holdsRelease(bench)).toBe(false);
    const { result } = await bench.flash();
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    const size = bench.module.nand.geometry.pageSizeBytes;
    const images = imagesOf(bench.site.tree, bench.scenario.release.revision);
    expect(images).toHaveLength(10);
    for (const { path, startSector, bytes } of images) {
      const pages = Math.ceil(bytes.length / size);
      const found = bench.module.nandBytes({ start: startSector, end: startSector + pages });
      const padded = new Uint8Array(pages * size);
      padded.set(bytes);
      expect(sha256(found), path).toBe(sha256(padded));
    }
    expect(CALIBRATION.map((name) => sha256(bench.module.nandBytes(name)))).toEqual(before);
  });

  it("erases SBL first, programs it last and only then restarts the module", async () => {
    const bench = await makeBench();
    await bench.flash();
    const writes = writesOf(bench);
    expect(writes[0]).toBe("erase 0");
    expect(writes.at(-1)).toBe("program 0");
    expect(writes.filter((write) => write.endsWith(" 0"))).toHaveLength(2);
    const firstProgram = writes.findIndex((write) => write.startsWith("program"));
    expect(writes.slice(firstProgram).every((write) => write.startsWith("program"))).toBe(true);
    const names = bench.module.recorder.acts.flatMap((act) =>
      act.kind === "firehose" ? [act.element.name] : [],
    );
    expect(names.at(-1)).toBe("power");
    expect(names).not.toContain("patch");
  });

  it("keeps a private copy of calibration, equal to what the module holds", async () => {
    const bench = await makeBench();
    await bench.flash();
    const [folder] = await readdir(join(bench.stateDir, "calibration"));
    const root = join(bench.stateDir, "calibration", folder ?? raise("no copy"));
    const files = await readdir(root);
    expect(files.map((name) => name.split(".")[0]).sort()).toEqual([...CALIBRATION].sort());
    for (const file of files) {
      const name = file.split(".")[0] ?? "";
      expect(sha256(await readFile(join(root, file)))).toBe(sha256(bench.module.nandBytes(name)));
      expect((await stat(join(root, file))).mode & 0o777).toBe(0o600);
    }
  });

  it("does nothing when it is run again", async () => {
    const bench = await makeBench();
    await bench.flash();
    const { whole } = snapshotOf(bench);
    const erases = erasesOf(bench);
    const again = await bench.flash();
    expect(again.result).toMatchObject({ outcome: "nothing-to-do", exit: 0 });
    expect(snapshotOf(bench).whole).toBe(whole);
    expect(erasesOf(bench)).toBe(erases);
  });

  it("skips bad blocks and says how many", async () => {
    const bench = await makeBench({ module: ({ nand }) => ({ nand: { ...nand, badBlocks: [700, 900] } }) });
    const { result, events } = await bench.flash();
    expect(result.exit).toBe(0);
    expect(holdsRelease(bench)).toBe(true);
    const written = events.find((event) => event.type === "stage-end" && event.stage === "write");
    expect(written).toHaveProperty("summary", expect.stringMatching(/\d+ bad blocks skipped/));
  });

  it.each([
    ["answers in pieces", { atChunks: true }],
    ["a chatty DM port", { diagChatty: true }],
    ["no echo of the switch", { edlEcho: false }],
    ["a smaller payload", { payloadLimitBytes: 4096 }],
    ["block sizes told in pages", { storageBlockSize: "pages" as const }],
    ["a programmer that hides the chip serial", { programmerSerial: "zero" as const }],
    ["log lines that come late", { lateLog: true }],
  ])("goes through with %s", async (_, switches) => {
    const bench = await makeBench({ module: (setup) => ({ switches: { ...setup.switches, ...switches } }) });
    const { result } = await bench.flash();
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    expect(holdsRelease(bench)).toBe(true);
  });
});

describe("a look in EDL that forbids the write", () => {
  it.each(["map-differs", "geometry-differs"])("%s ends untouched and in normal mode", async (scenario) => {
    const bench = await makeBench({ scenario });
    const { whole } = snapshotOf(bench);
    const { result, events, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "refused", exit: 4 });
    expect(snapshotOf(bench).whole).toBe(whole);
    expect(erasesOf(bench)).toBe(0);
    expect(await whereIs(bench)).toBe("normal");
    expect(words).toContain("The module is in normal mode, with its old firmware; nothing was written.");
    expect(bench.hasJournal).toBe(false);
    expect(storyOf(events)).toContain("inspect: failed");
    // SBL is valid: the module starts again after a loss of power, with the revision it had.
    bench.module.powerCycle();
    await bench.clock.sleep(30_000);
    const check = await bench.flash({ declarations: [] });
    expect(check.words).toContain(bench.setup.firmware.revision);
  });

  it.each([
    ["the programmer does not read", { read: "refused" as const }],
    ["the programmer does not tell the geometry", { storageInfo: "refused" as const }],
  ])("%s: refused on an edge nobody tested", async (why, switches) => {
    const bench = await makeBench(
      untrodden({ module: (setup) => ({ switches: { ...setup.switches, ...switches } }) }),
    );
    const { result, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "refused", exit: 4 });
    expect(words).toContain(why);
    expect(erasesOf(bench)).toBe(0);
    expect(await whereIs(bench)).toBe("normal");
  });

  it("refused without a look on the way that was told of in public alone", async () => {
    const bench = await makeBench({
      module: (setup) => ({ switches: { ...setup.switches, read: "refused" } }),
      edges: [],
    });
    const { result } = await bench.flash();
    expect(result).toMatchObject({ outcome: "refused", exit: 4 });
    expect(erasesOf(bench)).toBe(0);
  });

  it("goes on without a look along an edge with tested units", async () => {
    const bench = await makeBench({
      module: (setup) => ({ switches: { ...setup.switches, read: "refused" } }),
    });
    const { result } = await bench.flash();
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    expect(holdsRelease(bench)).toBe(true);
  });
});
