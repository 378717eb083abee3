import { describe, expect, it } from "vitest";
import { toLatin1 } from "../../src/protocol/at/lines.js";
import { withAnswers } from "./buses.js";
import { atFault, Live, RIGHT, words, WRONG } from "./live.js";

describe("check of many modules at once", () => {
  const units = [
    { portPath: "1-1.1" },
    { portPath: "1-1.2", revision: WRONG, switches: { atChunks: true } },
    { portPath: "1-1.3", switches: { atSilent: true } },
    { portPath: "1-1.4", faults: [atFault("stall", "AT+QGMR")] },
    { portPath: "1-1.5", faults: [atFault("unplug", "AT+CFUN?")] },
    { portPath: "1-1.6" },
    { portPath: "1-1.7", switches: { longRevision: "error" as const } },
  ];

  it("judges each whatever becomes of the others, and exits with the worst", async () => {
    const live = new Live(...units);
    live.module("1-1.6").powerCycle();
    await live.clock.sleep(8_000);
    const result = await live.check();
    expect(words(result)).toEqual({
      "1-1.1": "unknown",
      "1-1.2": "suspect",
      "1-1.3": "unknown",
      // What ATI said before it hung is a claim.
      "1-1.4": "unknown",
      "1-1.5": "module-gone",
      "1-1.6": "unknown",
      "1-1.7": "unknown",
    });
    const claims = result.judgements.map(({ reading, claimed }) => [reading.source, claimed?.text ?? null]);
    expect(Object.fromEntries(claims)).toEqual({
      "1-1.1": RIGHT,
      "1-1.2": WRONG,
      "1-1.3": null,
      "1-1.4": "EC25AFAR05A07M4G",
      "1-1.6": RIGHT,
      "1-1.7": "EC25AFAR05A07M4G",
    });
    // A host that is not ready (6) before what is undecided (11), by the order of design.md.
    expect(result.exit).toBe(6);
  });

  it("tells an unplugged one by itself: the others decide without it", async () => {
    const live = new Live({ portPath: "1-1.1" }, { portPath: "1-1.2", faults: [atFault("unplug", "ATI")] });
    const result = await live.check({ allowUnknown: true });
    expect(words(result)).toEqual({ "1-1.1": "unknown", "1-1.2": "module-gone" });
    expect(result.exit).toBe(6);
  });
});

describe("check of one module, whatever its port says", () => {
  it.each([
    ["answers in pieces", { switches: { atChunks: true } }],
    ["AT+QGMR that is an error", { switches: { longRevision: "error" as const } }],
    ["a module that just starts, with its URCs", { timing: { readyMs: 12_000 } }],
    ["a sub-edition that takes ten seconds", { timing: { appReadyMs: 10_000 } }],
  ])("%s", async (_name, unit) => {
    const live = new Live({ portPath: "1-1.2", ...unit });
    live.module("1-1.2").powerCycle();
    await live.clock.sleep(9_000);
    const { judgements, failures } = await live.check();
    expect(failures).toEqual([]);
    expect(judgements[0]?.claimed?.hardwareCode).toBe("EC25AFA");
    expect(judgements[0]?.reading).toMatchObject({ cfun: 1, imei: { kind: "present" } });
  });

  it.each([
    ["numbers", 1, "CME ERROR 10"],
    ["text", 2, "CME ERROR SIM not inserted"],
  ])("reads CME errors in %s and echo off", async (_name, cmee, sim) => {
    const live = new Live({
      portPath: "1-1.2",
      change: ({ network }) => ({ network: { ...network, sim: "absent" as const } }),
    });
    const [device] = await live.world.bus.list();
    if (device === undefined) throw new Error("no device");
    const port = await live.world.bus.openPort(device, 2);
    await port.write(toLatin1(`ATE0;+CMEE=${cmee}\r`));
    await port.read(1_000);
    await port.close();
    const { judgements } = await live.check();
    expect(judgements[0]?.reading).toMatchObject({ sim, registration: "unknown", cfun: 1 });
  });

  it("reads past NMEA, URCs and binary noise that are spliced in", async () => {
    const live = new Live({ portPath: "1-1.2", revision: WRONG });
    const noisy = withAnswers(
      live.world.bus,
      (text) =>
        `$GPGGA,,,,,,0,,,,,,,,*66\r\n\r\n+CREG: 2\r\n\u0000\u00ff\u009b\r\n${text}\r\n+QIND: "csq",31,99\r\n`,
    );
    const { judgements, failures } = await live.check({}, noisy);
    expect(failures).toEqual([]);
    expect(judgements[0]).toMatchObject({ verdict: "suspect", claimed: { text: WRONG } });
    expect(judgements[0]?.reading).toMatchObject({ cfun: 7, registration: "none", sim: "READY" });
  });

  it("asks sixteen times for a sub-edition that never comes, and calls the module not ready", async () => {
    const live = new Live({ portPath: "1-1.2", timing: { appReadyMs: 3_600_000 } });
    live.module("1-1.2").powerCycle();
    await live.clock.sleep(12_000);
    const { judgements, exit } = await live.check({ allowUnknown: true });
    expect(judgements[0]).toMatchObject({ verdict: "unknown", claimed: null });
    expect(live.sent("1-1.2").filter((text) => text === "AT+QGMR")).toHaveLength(16);
    expect(exit).toBe(11);
  });
});

describe("check --timeout", () => {
  it("is the limit of all of it; what is not read then is a failure with its name", async () => {
    const live = new Live({ portPath: "1-1.1" }, { portPath: "1-1.2", switches: { atSilent: true } });
    const result = await live.check({ timeoutMs: 10_000 });
    expect(words(result)).toEqual({ "1-1.1": "unknown", "1-1.2": "time-up" });
    const [late] = result.failures;
    expect(late?.error.facts).toEqual({ what: "reading the module at 1-1.2", limitMs: 10_000 });
    expect(live.clock.nowMs()).toBeLessThan(13_000);
    expect(result.exit).toBe(11);
  });

  it("ends inside an answer that does not come, with the port closed", async () => {
    const live = new Live({ portPath: "1-1.2", faults: [atFault("stall", "AT+CFUN?")] });
    const result = await live.check({ timeoutMs: 2_000 });
    expect(words(result)).toEqual({ "1-1.2": "time-up" });
    expect(live.clock.nowMs()).toBeLessThan(2_500);
    const [device] = await live.world.bus.list();
    if (device === undefined) throw new Error("no device");
    await (await live.world.bus.openPort(device, 2)).close();
  });

  it("is no wait: a bus without a module fails at once, one with a wait after the shorter of both", async () => {
    const live = new Live();
    await expect(live.check({ timeoutMs: 60_000 })).rejects.toMatchObject({ code: "no-module" });
    expect(live.clock.nowMs()).toBe(0);
    await expect(live.check({ timeoutMs: 3_000, waitMs: 60_000 })).rejects.toMatchObject({
      code: "no-module",
    });
    expect(live.clock.nowMs()).toBeLessThan(4_000);
  });
});

describe("check --wait", () => {
  it("waits until a module is plugged in and ready, and says for what", async () => {
    const live = new Live({ portPath: "1-1.2" });
    live.module("1-1.2").powerCycle();
    expect(await live.world.bus.list()).toEqual([]);
    const waits: string[] = [];
    const result = await live.check({ waitMs: 60_000, told: ({ what }) => waits.push(what) });
    expect(result.judgements[0]?.claimed?.text).toBe(RIGHT);
    expect(waits[0]).toBe("a module");
  });

  it("is for the module at --port alone", async () => {
    const live = new Live({ portPath: "1-1.2" }, { portPath: "1-1.3" });
    live.module("1-1.3").powerCycle();
    const result = await live.check({ waitMs: 60_000, portPath: "1-1.3" });
    expect(words(result)).toEqual({ "1-1.3": "unknown" });
    expect(live.sent("1-1.2")).toEqual([]);
  });

  it("meets a module again that restarts while it is read", async () => {
    const live = new Live({
      portPath: "1-1.2",
      faults: [atFault("unplug", "AT+CFUN?", { returnMs: 4_000 })],
    });
    const waits: string[] = [];
    const result = await live.check({ waitMs: 60_000, told: ({ what }) => waits.push(what) });
    expect(words(result)).toEqual({ "1-1.2": "unknown" });
    expect(result.judgements[0]?.reading.cfun).toBe(1);
    expect(waits).toContain("the module at 1-1.2 to come back");
  });

  it("waits past a boot that is slower than a check is patient", async () => {
    const unit = { portPath: "1-1.2", timing: { readyMs: 50_000 } };
    const impatient = new Live(unit);
    impatient.module("1-1.2").powerCycle();
    await impatient.clock.sleep(10_000);
    expect((await impatient.check()).judgements[0]?.claimed).toBeNull();
    const live = new Live(unit);
    live.module("1-1.2").powerCycle();
    expect((await live.check({ waitMs: 90_000 })).judgements[0]?.claimed?.text).toBe(RIGHT);
  });

  it("judges what is there when its time is over", async () => {
    const live = new Live({ portPath: "1-1.2", change: () => ({ startsIn: "edl" as const }) });
    const result = await live.check({ waitMs: 5_000 });
    expect(words(result)).toEqual({ "1-1.2": "not-running" });
    const silent = new Live({ portPath: "1-1.2", switches: { atSilent: true } });
    expect(words(await silent.check({ waitMs: 5_000 }))).toEqual({ "1-1.2": "unknown" });
    expect(silent.clock.nowMs()).toBeLessThan(10_000);
  });

  it("ends with Ctrl-C", async () => {
    const live = new Live();
    const checking = live.check({ waitMs: 60_000 });
    live.stop.request("SIGINT");
    await expect(checking).rejects.toMatchObject({ code: "interrupted" });
  });
});
