import { describe, expect, it } from "vitest";
import { type Bench, type BenchSetup, makeBench, untrodden } from "./bench.js";
import { expectRecovered, holdsRelease, whereIs } from "./truth.js";

// `bench.ts` holds the last words of each command of these to the virtual module: where it is, what is in its NAND, and
// that calibration is untouched.

const OTHER_PATH = "1-1.4";
const switches =
  (change: Partial<Bench["setup"]["switches"]>) =>
  (setup: Bench["setup"]): Partial<Bench["setup"]> => ({ switches: { ...setup.switches, ...change } });

describe("what a run takes in its stride", () => {
  it.each<readonly [string, BenchSetup]>([
    ["serial ports renumbered", { faults: [{ name: "tty-renumbered", at: { item: "reset" } }] }],
    ["back without a gap", { faults: [{ name: "no-gap", at: { item: "reset" } }] }],
    ["in EDL without a gap", { faults: [{ name: "no-gap", at: { item: "edl-switch" } }] }],
    ["back a minute late", { faults: [{ name: "slow-return", at: { item: "reset" }, returnMs: 60_000 }] }],
    [
      "in EDL twenty seconds late",
      { faults: [{ name: "slow-return", at: { item: "edl-switch" }, returnMs: 20_000 }] },
    ],
    [
      "an AT command unanswered in check",
      { faults: [{ name: "silence", at: { item: "at", command: 'AT+QCFG="band"' } }] },
    ],
    [
      "a block that wears out in the erase of SBL",
      { faults: [{ name: "bad-block-grows", at: { item: "erase", partition: "SBL" } }] },
    ],
    [
      "a block that wears out in modem",
      {
        faults: [
          { name: "bad-block-grows", at: { item: "program", partition: "modem", afterBytes: 300_000 } },
        ],
      },
    ],
    ["a programmer that waits for the empty packet", { module: switches({ zlpAware: true }) }],
    [
      "one lost empty packet in the middle",
      {
        module: switches({ zlpAware: true }),
        faults: [{ name: "zlp-lost", at: { item: "program", partition: "modem", afterBytes: 90_000 } }],
      },
    ],
    ["reads of 64 bits", { module: switches({ saharaReads: "wide" }) }],
    ["reads from the end", { module: switches({ saharaReads: "backwards" }) }],
    ["reads twice", { module: switches({ saharaReads: "twice" }) }],
    ["answers in one transfer", { module: switches({ answers: "joined" }) }],
    ["answers in pieces", { module: switches({ answers: "split" }) }],
    ["a late log", { module: switches({ lateLog: true }) }],
    ["a log behind a read", { module: switches({ readEnd: "log-first" }) }],
    ["no border behind a read", { module: switches({ readEnd: "joined" }) }],
    ["payloads of 4 KiB", { module: switches({ payloadLimitBytes: 4096 }) }],
    ["blocks counted in pages", { module: switches({ storageBlockSize: "pages" }) }],
    ["no chip serial in the log", { module: switches({ programmerSerial: "zero" }) }],
    ["AT answers in pieces", { module: switches({ atChunks: true }) }],
    ["a chatty DM port", { module: switches({ diagChatty: true }) }],
    ["no echo of the switch", { module: switches({ edlEcho: false }) }],
    ["one echo of the switch lost", { faults: [{ name: "echo-missing", at: { item: "edl-switch" } }] }],
    [
      "a read that is refused, on a crossing with tested units",
      { faults: [{ name: "read-refused", at: { item: "read" } }] },
    ],
    [
      "no geometry told, on a crossing with tested units",
      { faults: [{ name: "storage-info-refused", at: { item: "getstorageinfo" } }] },
    ],
    ["roaming", { network: { registration: "roaming" } }],
  ])("%s: done", async (_, setup) => {
    const bench = await makeBench(setup);
    const { result, words } = await bench.flash();
    expect(words).toContain("Result: PASS");
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    expect(holdsRelease(bench)).toBe(true);
    expect(await whereIs(bench)).toBe("normal");
  });
});

describe("AT that goes wrong in check", () => {
  it.each([
    ["unplugged and back soon", { name: "unplug", at: { item: "at", command: "AT+QGMR" }, returnMs: 3_000 }],
    ["unplugged for good", { name: "unplug", at: { item: "at", nth: 5 }, returnMs: null }],
  ] as const)("%s: 6, and the words say that it left", async (_, fault) => {
    const bench = await makeBench({ faults: [fault] });
    const { result, words } = await bench.flash();
    expect(result.exit).toBe(6);
    expect(words).toContain("[module-gone]");
    expect(words).toContain("neither in normal mode nor in EDL, with its old firmware; nothing was written.");
    expect(bench.hasJournal).toBe(false);
    bench.module.powerCycle();
    await bench.clock.sleep(20_000);
    expect((await bench.flash()).result.outcome).toBe("done");
  });

  it("not a word from the first command on: 4, the verdict is unknown", async () => {
    const bench = await makeBench({ faults: [{ name: "stall", at: { item: "at" } }] });
    const { result, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "refused", exit: 4 });
    expect(words).toContain("[verdict-forbids-flash]");
  });
});

describe("what ends a run before the first erase, with the module as it was", () => {
  it.each<readonly [string, BenchSetup, string]>([
    ["an image that no package has", { module: switches({ saharaReads: "other-image" }) }, "sahara-failed"],
    ["HELLO again in the middle", { module: switches({ saharaReads: "hello-again" }) }, "sahara-failed"],
    [
      "a boot ROM without command mode",
      { faults: [{ name: "chip-serial-refused", at: { item: "chip-serial" } }] },
      "sahara-failed",
    ],
    [
      "a short write of the programmer",
      { faults: [{ name: "short-write", at: { item: "sahara", afterBytes: 9000 } }] },
      "transfer-failed",
    ],
    [
      "a boot ROM that stalls in command mode",
      { faults: [{ name: "stall", at: { item: "chip-serial" } }] },
      "transfer-timeout",
    ],
    [
      "EDL too late",
      { faults: [{ name: "slow-return", at: { item: "edl-switch" }, returnMs: 40_000 }] },
      "edl-not-entered",
    ],
    [
      "EDL at another port path",
      { faults: [{ name: "other-port-path", at: { item: "edl-switch" }, portPath: OTHER_PATH }] },
      "edl-not-entered",
    ],
    [
      "EDL that never comes",
      { faults: [{ name: "no-return", at: { item: "edl-switch" } }] },
      "edl-not-entered",
    ],
  ])("%s: 6", async (_, setup, code) => {
    const bench = await makeBench(setup);
    const before = bench.module.nandHash();
    const { result, words } = await bench.flash();
    expect(words).toContain(`[${code}]`);
    expect(result.exit).toBe(6);
    expect(bench.module.nandHash()).toBe(before);
    expect(words).toContain("nothing was written");
  });
});

describe("what the programmer will not tell, on a crossing that nobody has tested", () => {
  it.each<readonly [string, BenchSetup]>([
    ["the map", { faults: [{ name: "read-refused", at: { item: "read" } }] }],
    ["the geometry", { faults: [{ name: "storage-info-refused", at: { item: "getstorageinfo" } }] }],
    ["the map, for good", { module: switches({ read: "refused" }) }],
    ["the geometry, for good", { module: switches({ storageInfo: "refused" }) }],
  ])("%s: 4, with the module as it was", async (_, setup) => {
    const bench = await makeBench(untrodden(setup));
    const { result, words } = await bench.flash();
    expect(words).toContain("[map-unreadable]");
    expect(result).toMatchObject({ outcome: "refused", exit: 4 });
    expect(await whereIs(bench)).toBe("normal");
  });
});

describe("what leaves the write incomplete", () => {
  it.each<readonly [string, BenchSetup, string]>([
    [
      "a short write",
      { faults: [{ name: "short-write", at: { item: "program", partition: "modem", afterBytes: 90_000 } }] },
      "the device or the bus failed",
    ],
    [
      "every empty packet lost",
      {
        module: switches({ zlpAware: true }),
        faults: [{ name: "zlp-lost", at: { item: "program", partition: "aboot", afterBytes: 1 }, times: 8 }],
      },
      "stopped answering",
    ],
    [
      "the last empty packet lost",
      {
        module: switches({ zlpAware: true }),
        faults: [{ name: "zlp-lost", at: { item: "program", partition: "SBL", afterBytes: 98_305 } }],
      },
      "stopped answering",
    ],
  ])("%s: 7, and recover finishes", async (_, setup, reason) => {
    const bench = await makeBench(setup);
    const { result, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "incomplete", exit: 7 });
    expect(words).toContain("[write-failed]");
    expect(words).toContain(reason);
    await expectRecovered(bench);
  });
});

describe("a programmer that still waits for the end of a transfer", () => {
  it("is met by recover: its late answers are not taken for those of the new run", async () => {
    const bench = await makeBench({
      module: switches({ zlpAware: true }),
      faults: [{ name: "zlp-lost", at: { item: "program", partition: "aboot", afterBytes: 1 }, times: 8 }],
    });
    expect((await bench.flash()).result.exit).toBe(7);
    expect((await bench.recover()).result).toMatchObject({ outcome: "done", exit: 0 });
    expect(holdsRelease(bench)).toBe(true);
  });
});

describe("what the module says after the write", () => {
  it("back too late: lost, and recover confirms when it is there", async () => {
    const bench = await makeBench({
      faults: [{ name: "slow-return", at: { item: "reset" }, returnMs: 150_000 }],
    });
    expect((await bench.flash()).result).toMatchObject({ outcome: "lost", exit: 8 });
    await bench.clock.sleep(100_000);
    expect((await bench.recover()).result).toMatchObject({ outcome: "done", exit: 0 });
  });

  it("an IMEI that is gone: calibration-lost, and no second flash", async () => {
    const bench = await makeBench({ faults: [{ name: "imei-lost", at: { item: "reset" } }] });
    const { result, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "calibration-lost", exit: 8 });
    expect(words).toContain("the IMEI is empty");
    expect(words).not.toContain("CFUN is 5");
    expect(bench.hasJournal).toBe(false);
    expect((await bench.flash()).result.exit).toBe(4);
  });

  it.each([
    ["SIM", { sim: "failure" as const }],
    ["registration", { registration: "denied" as const }],
  ])("another %s than before: 9, with the firmware confirmed", async (stage, change) => {
    const bench = await makeBench({
      faults: [{ name: "network-changed", at: { item: "reset" }, ...change }],
    });
    const { result, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "unproven", exit: 9 });
    expect(words).toContain(`failed at ${stage}`);
    expect(holdsRelease(bench)).toBe(true);
  });

  it("at another port path: lost there", async () => {
    const bench = await makeBench({
      faults: [{ name: "other-port-path", at: { item: "reset" }, portPath: OTHER_PATH }],
    });
    const { result } = await bench.flash();
    expect(result).toMatchObject({ outcome: "lost", exit: 8 });
    expect(bench.hasJournal).toBe(true);
  });

  it.each([
    ["stalls", "stall", null],
    ["leaves the bus", "unplug", 5_000],
  ] as const)(
    "AT %s while it is confirmed: 8, and recover confirms after a power cycle",
    async (_, name, returnMs) => {
      // The second command is past all that `check` asks, since the count is of this command.
      const bench = await makeBench({
        faults: [{ name, at: { item: "at", command: "AT+CFUN?", nth: 2 }, returnMs }],
      });
      const { result } = await bench.flash();
      expect(result.exit).toBe(8);
      expect(bench.hasJournal).toBe(true);
      bench.module.powerCycle();
      await bench.clock.sleep(20_000);
      expect((await bench.recover()).result).toMatchObject({ outcome: "done", exit: 0 });
      expect(holdsRelease(bench)).toBe(true);
    },
  );
});
