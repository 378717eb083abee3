import { readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EcflashError } from "../../src/core/errors.js";
import type { RunEvent } from "../../src/core/events.js";
import type { StopSwitch } from "../../src/flow/stop-switch.js";
import { signatureSource } from "../../src/package/index/signatures.js";
import type { FirmwareIndex } from "../../src/package/index/types.js";
import { generateKeyPair, keyIdOf, sign } from "../../src/package/index/minisign.js";
import { type Bench, makeBench } from "./bench.js";
import { withSpy } from "./buses.js";
import { storyOf } from "./contract.js";
import { erasesOf, holdsRelease, snapshotOf, whereIs } from "./truth.js";

const CUT = "cut-in-flash";
/** Cuts a run in the middle of the modem image; the module is back in EDL when the bench is handed over. */
async function cutBench(): Promise<Bench> {
  const bench = await makeBench({ scenario: CUT });
  const cut = await bench.flash();
  expect(cut.result).toMatchObject({ outcome: "incomplete", exit: 7 });
  expect(cut.words).toContain("ecflash recover");
  await bench.clock.sleep(10_000);
  expect(await whereIs(bench)).toBe("edl");
  return bench;
}

/** The owner signs another index in place of the one that is there. */
async function reissue(bench: Bench, change: (index: FirmwareIndex) => FirmwareIndex): Promise<void> {
  const { url } = bench.index;
  const { publicKey, secretKey } = bench.site;
  const bytes = Buffer.from(JSON.stringify(change(JSON.parse(await readFile(url, "utf8")) as FirmwareIndex)));
  await writeFile(url, bytes);
  await writeFile(signatureSource(url, keyIdOf(publicKey)), sign(bytes, secretKey, "a test's index"));
}

describe("recover after a cut", () => {
  it("finishes on the same module, with the same chip serial", async () => {
    const bench = await cutBench();
    const serial = (await bench.journal())["chipSerial"];
    const { result, words } = await bench.recover();
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    expect(words).toContain(`chip serial ${String(serial)}`);
    expect(holdsRelease(bench)).toBe(true);
    expect(await whereIs(bench)).toBe("normal");
    expect(bench.hasJournal).toBe(false);
  });

  it("waits for a module that is still unplugged", async () => {
    const bench = await makeBench({ scenario: CUT });
    const cut = await bench.flash();
    expect(cut.words).toContain("neither in normal mode nor in EDL");
    const { result, events } = await bench.recover();
    expect(result.outcome).toBe("done");
    expect(events.some((event) => event.type === "wait" && event.stage === "meet")).toBe(true);
  });

  it("refuses a stranger at the same port path, writes nothing to it and does not call it half-written", async () => {
    const bench = await cutBench();
    const stranger = await makeBench({
      scenario: "edl",
      module: ({ hardware }) => ({ hardware: { ...hardware, chipSerial: 0x0badcafe } }),
      sameHostAs: bench,
    });
    const { whole } = snapshotOf(stranger);
    const { result, words } = await stranger.recover();
    expect(result).toMatchObject({ outcome: "refused", exit: 4 });
    expect(words).toContain("0badcafe");
    expect(words).not.toMatch(/half-written/);
    expect(snapshotOf(stranger).whole).toBe(whole);
    expect(stranger.module.recorder.wroteAnything()).toBe(false);
    expect(stranger.module.programmer).toBeNull();
    // The record still belongs to the other module, which is finished when it is back.
    expect(bench.hasJournal).toBe(true);
    expect((await bench.recover()).result.outcome).toBe("done");
  });

  it("refuses a stranger in normal mode and keeps the record of the half-written module", async () => {
    const bench = await cutBench();
    const stranger = await makeBench({
      scenario: "healthy",
      module: ({ nv }) => ({ nv: { ...nv, imei: "000000000000026", serial: "VIRTUAL0000A02" } }),
      sameHostAs: bench,
    });
    const { result, words } = await stranger.recover();
    expect(result).toMatchObject({ outcome: "refused", exit: 4 });
    expect(words).not.toMatch(/half-written|was written/);
    expect(bench.hasJournal).toBe(true);
    expect((await bench.recover()).result.outcome).toBe("done");
  });

  it("a flash of another module at that port path does not write over the record", async () => {
    const bench = await cutBench();
    const before = await bench.journal();
    const stranger = await makeBench({
      module: ({ nv }) => ({ nv: { ...nv, imei: "000000000000026", serial: "VIRTUAL0000A02" } }),
      sameHostAs: bench,
    });
    const { result, words } = await stranger.flash();
    expect(result).toMatchObject({ outcome: "refused", exit: 4 });
    expect(words).toContain("ecflash recover");
    expect(stranger.module.recorder.wroteAnything()).toBe(false);
    expect(await bench.journal()).toEqual(before);
    expect((await bench.recover()).result.outcome).toBe("done");
  });

  it("is not stopped by an index that has expired or is gone", async () => {
    const bench = await cutBench();
    await rm(bench.index.url);
    const { result } = await bench.recover({ now: () => new Date(Date.UTC(2031, 0, 1)) });
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
  });

  it("says when the package is gone from the cache; the module stays half-written, so it is 7", async () => {
    const bench = await cutBench();
    await rm(join(bench.cacheDir, "packages"), { recursive: true });
    const { result, words } = await bench.recover({ index: null });
    expect(words).toContain("[package-not-at-hand]");
    expect(words).toContain("ecflash recover --index URL");
    expect(words).toContain(String((await bench.journal())["archiveSha256"]));
    expect(result.exit).toBe(7);
    expect(words).toContain("half-written");
    expect(bench.hasJournal).toBe(true);
    const fetched = await bench.flash({ portPath: "9-9" });
    expect(fetched.result.exit).toBe(3);
  });

  it("unpacks the cached archive anew where the tree is gone or damaged, without an index, and renews its use", async () => {
    const bench = await cutBench();
    await rm(bench.index.url);
    const id = String((await bench.journal())["archiveSha256"]);
    const home = join(bench.cacheDir, "packages", id);
    await rm(join(home, "tree"), { recursive: true });
    await utimes(home, new Date(0), new Date(0));
    const now = new Date(Date.UTC(2026, 7, 1));
    const { result } = await bench.recover({ index: null, now: () => now });
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    expect((await stat(home)).mtime).toEqual(now);
  });

  it("fetches the same archive again by an index that expired and took the release back", async () => {
    const bench = await cutBench();
    await rm(join(bench.cacheDir, "packages"), { recursive: true });
    await reissue(bench, (index) => ({
      ...index,
      version: index.version + 1,
      releases: index.releases.map((release) => ({
        ...release,
        recommended: false,
        retracted: { reason: "it loses its network", date: "2026-01-02" },
      })),
    }));
    const { result, words } = await bench.recover({ now: () => new Date(Date.UTC(2031, 0, 1)) });
    expect(result, words).toMatchObject({ outcome: "done", exit: 0 });
    expect(holdsRelease(bench)).toBe(true);
  });

  it("does not take another archive from an index, nor anything from one that is signed by a stranger", async () => {
    const bench = await cutBench();
    await rm(join(bench.cacheDir, "packages"), { recursive: true });
    const stranger = { ...bench.index, publicKeys: [generateKeyPair().publicKey] };
    await rm(join(bench.stateDir, "indexes"), { recursive: true });
    const refused = await bench.recover({ index: stranger });
    expect(refused.result.exit).toBe(7);
    expect(refused.words).toContain("[package-not-at-hand]");
    await reissue(bench, (index) => ({
      ...index,
      releases: index.releases.map((release) => ({
        ...release,
        archive: { ...release.archive, sha256: "0".repeat(64) },
      })),
    }));
    const other = await bench.recover();
    expect(other.result.exit).toBe(7);
    expect(other.words).toMatch(/has no archive with the SHA-256/);
    expect(bench.hasJournal).toBe(true);
  });

  it("can be cut again and finished again", async () => {
    const at = { item: "program" as const, partition: "modem", afterBytes: 100_000 };
    const bench = await makeBench({
      faults: [{ name: "unplug", at: { ...at, nth: 1 }, times: 2, returnMs: 3000 }],
    });
    expect((await bench.flash()).result.exit).toBe(7);
    expect((await bench.recover()).result.exit).toBe(7);
    expect((await bench.recover()).result.outcome).toBe("done");
    expect(holdsRelease(bench)).toBe(true);
  });

  it("a cut at the very first erase that left the module whole: nothing to finish, and the words say so", async () => {
    const bench = await makeBench({
      faults: [{ name: "unplug", at: { item: "erase", partition: "SBL" }, returnMs: 1000 }],
    });
    const { whole } = snapshotOf(bench);
    expect((await bench.flash()).result.exit).toBe(7);
    await bench.clock.sleep(20_000);
    expect(await whereIs(bench)).toBe("normal");
    const { result, words } = await bench.recover();
    expect(snapshotOf(bench).whole).toBe(whole);
    expect(result).toMatchObject({ outcome: "nothing-to-do", exit: 0 });
    expect(words).toContain(bench.setup.firmware.revision);
    expect(bench.hasJournal).toBe(false);
    expect((await bench.flash()).result.outcome).toBe("done");
  });
});

describe("recover where nothing was erased", () => {
  it("leads a module out that a dead process left in EDL", async () => {
    const bench = await makeBench({ scenario: "edl" });
    const { whole } = snapshotOf(bench);
    const { result, words, events } = await bench.recover();
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    expect(words).toContain("nothing was written");
    expect(snapshotOf(bench).whole).toBe(whole);
    expect(erasesOf(bench)).toBe(0);
    expect(await whereIs(bench)).toBe("normal");
    expect(storyOf(events)).toEqual([
      "== recover",
      "meet: ok",
      "package: skipped",
      "programmer: skipped",
      "inspect: skipped",
      "write: skipped",
      "  restarting/unknown",
      "  normal/unknown",
      "restart: ok",
      "confirm: skipped",
      "connect: skipped",
      "result: done 0",
    ]);
  });

  it("leads out and closes the record of a run that never erased", async () => {
    const bench = await makeBench({ faults: [{ name: "stall", at: { item: "getstorageinfo" } }] });
    const stalled = await bench.flash();
    expect(stalled.result.exit).toBe(6);
    expect(stalled.words).toContain("in EDL, with its old firmware; nothing was written");
    expect(bench.hasJournal).toBe(true);
    // Mute for good: only a loss of power helps, and the words say so.
    const mute = await bench.recover();
    expect(mute.result.exit).toBe(6);
    expect(mute.words).toContain("Power-cycle");
    bench.module.powerCycle();
    await bench.clock.sleep(20_000);
    const closed = await bench.recover();
    expect(closed.result).toMatchObject({ outcome: "nothing-to-do", exit: 0 });
    expect(bench.hasJournal).toBe(false);
  });

  it("has nothing to do for a module that runs and has no record", async () => {
    const bench = await makeBench();
    const { result, words } = await bench.recover();
    expect(result.exit).toBe(3);
    expect(words).toContain("[nothing-to-recover]");
    expect(bench.module.recorder.acts).toEqual([]);
  });

  it("says that a module which falls back to EDL holds no firmware that starts", async () => {
    const bench = await cutBench();
    await rm(bench.journalPath);
    const { result, words } = await bench.recover();
    expect(result.exit).toBe(7);
    expect(words).toContain("[no-bootable-firmware]");
    expect(words).not.toContain("old firmware");
  });

  it("does not say so of one that has not come back at all", async () => {
    const bench = await makeBench({
      scenario: "edl",
      faults: [{ name: "no-return", at: { item: "reset" } }],
    });
    const { result, words } = await bench.recover();
    expect(result).toMatchObject({ outcome: "lost", exit: 8 });
    expect(words).not.toContain("holds no firmware");
  });
});

describe("recover meets a programmer", () => {
  /** Presses Ctrl-C twice when the write reaches `label`. */
  const stopTwiceAt = (label: RegExp) => {
    let pressed = false;
    return (event: RunEvent, stop: StopSwitch) => {
      if (pressed || event.type !== "progress" || event.stage !== "write") return;
      if (!label.test(event.label)) return;
      pressed = true;
      stop.request("SIGINT");
      stop.request("SIGINT");
    };
  };

  it("that is idle, of the same boot and device number: goes on with it", async () => {
    const bench = await makeBench();
    const stopped = await bench.flash({ on: stopTwiceAt(/^erase RPM/) });
    expect(stopped.result).toMatchObject({ outcome: "incomplete", exit: 7 });
    expect(stopped.words).toContain("[write-interrupted]");
    const { result, events } = await bench.recover();
    expect(result.outcome).toBe("done");
    expect(events).toContainEqual(
      expect.objectContaining({
        stage: "programmer",
        summary: "a programmer of this very run was still running",
      }),
    );
    expect(holdsRelease(bench)).toBe(true);
  });

  it("that waits for image bytes: 7, the advice is a power cycle, nothing is written", async () => {
    const bench = await makeBench();
    // The host falls silent between two payloads of an image, as a killed one does.
    let payloads = 0;
    const bus = withSpy(bench.world.bus, () => {
      const last = bench.module.recorder.acts.at(-1);
      if (last?.kind === "raw" && (payloads += 1) === 40)
        throw new EcflashError("transfer-timeout", { what: "a host that is no more", deadlineMs: 1 });
    });
    expect((await bench.flash({ bus })).result.exit).toBe(7);
    const { whole } = snapshotOf(bench);
    const erases = erasesOf(bench);
    const mute = await bench.recover();
    expect(mute.result).toMatchObject({ outcome: "incomplete", exit: 7 });
    expect(mute.words).toContain("[programmer-mute]");
    expect(mute.words).toContain("Power-cycle the module");
    expect(snapshotOf(bench).whole).toBe(whole);
    expect(erasesOf(bench)).toBe(erases);
    expect(bench.hasJournal).toBe(true);
    bench.module.powerCycle();
    await bench.clock.sleep(5_000);
    expect((await bench.recover()).result.outcome).toBe("done");
    expect(holdsRelease(bench)).toBe(true);
  });
});
