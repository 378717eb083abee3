import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeDurably } from "../../src/flow/durable-file.js";
import { lockModule } from "../../src/flow/lock.js";
import { latin1 } from "../../src/protocol/at/lines.js";
import { makeBench } from "./bench.js";
import { withPortSpy, withSpy } from "./buses.js";
import { snapshotOf, whereIs } from "./truth.js";

const CHIP = "12345678";

describe("the journal is on disk before the act it speaks of", () => {
  it("before the DIAG frame: private, and whole", async () => {
    const bench = await makeBench();
    const seen: Record<string, unknown>[] = [];
    const bus = withPortSpy(bench.world.bus, async (bytes) => {
      // The switch to EDL is the only frame that begins so (domain.md 4.1).
      if (bytes[0] !== 0x4b) return;
      seen.push(await bench.journal());
      expect((await stat(bench.journalPath)).mode & 0o777).toBe(0o600);
      expect((await stat(dirname(bench.journalPath))).mode & 0o777).toBe(0o700);
    });
    await bench.flash({ bus });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      schema: "ecflash.journal/1",
      portPath: "1-1.2",
      identity: { imei: bench.setup.nv.imei, revision: bench.setup.firmware.revision },
      declared: { hardwareCode: "EC25AFA", text: "EC25AFA-512-STD" },
      release: bench.scenario.release.revision,
      chipSerial: null,
      eraseSent: false,
      written: false,
    });
  });

  it("with the chip serial before the programmer, with eraseSent before the first erase", async () => {
    const bench = await makeBench();
    const seen = new Map<string, Record<string, unknown>>();
    const { recorder } = bench.module;
    const heard = (name: string) =>
      recorder.acts.some((act) => act.kind === "firehose" && act.element.name === name);
    const bus = withSpy(bench.world.bus, async (bytes) => {
      const last = recorder.acts.at(-1);
      // Behind the answer to HELLO that asks for an image, the next bytes are the programmer's.
      const asked =
        last?.kind === "sahara" && last.packet.kind === "hello-response" && last.packet.mode === 0;
      if (asked && !seen.has("programmer")) seen.set("programmer", await bench.journal());
      if (latin1(bytes.subarray(0, 200)).includes("<erase") && !heard("erase"))
        seen.set("erase", await bench.journal());
    });
    const { result } = await bench.flash({ bus });
    expect(result.exit).toBe(0);
    expect(seen.get("programmer")).toMatchObject({ chipSerial: CHIP, eraseSent: false });
    expect(seen.get("erase")).toMatchObject({ chipSerial: CHIP, eraseSent: true, written: false });
    expect(await bench.journals()).toEqual([]);
  });

  it("is marked written before the restart", async () => {
    const bench = await makeBench();
    let seen: Record<string, unknown> = {};
    const bus = withSpy(bench.world.bus, async (bytes) => {
      if (latin1(bytes.subarray(0, 200)).includes("<power")) seen = await bench.journal();
    });
    await bench.flash({ bus });
    expect(seen).toMatchObject({ eraseSent: true, written: true });
  });

  it("cannot be written before the first erase: no erase, and the module is led out", async () => {
    const bench = await makeBench();
    const { whole } = snapshotOf(bench);
    let done = false;
    const bus = withSpy(bench.world.bus, async (bytes) => {
      if (done || !latin1(bytes.subarray(0, 200)).includes("<read")) return;
      done = true;
      await rm(dirname(bench.journalPath), { recursive: true });
      await writeFile(dirname(bench.journalPath), "in the way");
    });
    const { result, words } = await bench.flash({ bus });
    expect(words).toContain("[state-unwritable]");
    expect(result.exit).toBe(6);
    expect(snapshotOf(bench).whole).toBe(whole);
    expect(await whereIs(bench)).toBe("normal");
  });
});

describe("a damaged journal", () => {
  it.each([
    ["half a file", '{"schema":"ecflash.journal/1","portPath":"1-1.2"'],
    ["another schema", '{"schema":"ecflash.journal/2"}'],
    ["nothing", ""],
  ])("%s: recover and flash say so and send no write", async (_, text) => {
    const bench = await makeBench({ scenario: "edl" });
    await mkdir(dirname(bench.journalPath), { recursive: true });
    await writeFile(bench.journalPath, text);
    const told = await bench.recover();
    expect(told.result.exit).toBe(6);
    expect(told.words).toContain("damaged");
    expect(told.words).toContain(bench.journalPath);
    expect(bench.module.recorder.acts).toEqual([]);
    expect(await readFile(bench.journalPath, "utf8")).toBe(text);
  });

  it("is not written over by a flash", async () => {
    const bench = await makeBench();
    await mkdir(dirname(bench.journalPath), { recursive: true });
    await writeFile(bench.journalPath, "{");
    const told = await bench.flash();
    expect(told.result.exit).toBe(6);
    expect(told.words).toContain("damaged");
    expect(bench.module.recorder.wroteAnything()).toBe(false);
    expect(await readFile(bench.journalPath, "utf8")).toBe("{");
  });
});

describe("records of one host", () => {
  it("two files written at once in one directory keep their contents", async () => {
    const bench = await makeBench();
    const paths = ["a", "b", "c", "d"].map((name) => join(bench.stateDir, `${name}.json`));
    await Promise.all(paths.map((path) => writeDurably(path, path.repeat(1000))));
    for (const path of paths) expect(await readFile(path, "utf8")).toBe(path.repeat(1000));
  });

  it("of several that want one module at once, one gets it", async () => {
    const bench = await makeBench();
    const tried = await Promise.allSettled([1, 2, 3, 4].map(() => lockModule(bench.stateDir, "1-1.2")));
    expect(tried.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const free = tried.find((one) => one.status === "fulfilled");
    await free?.value();
    await (await lockModule(bench.stateDir, "1-1.2"))();
  });
});
