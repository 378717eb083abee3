import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/events.js";
import { connectOnly } from "../../src/flow/connect-only.js";
import { type Bench, makeBench } from "./bench.js";
import { withAnswers, withoutEndpoints } from "./buses.js";
import { storyOf } from "./contract.js";
import { erasesOf, holdsRelease, snapshotOf, whereIs } from "./truth.js";

function framesOf({ module }: Bench): number {
  return module.recorder.acts.filter((act) => act.kind === "diag").length;
}

describe("the write went through, and the module says otherwise", () => {
  it("calibration-lost: 8, no second flash, no second way into EDL", async () => {
    const bench = await makeBench({ scenario: "calibration-lost" });
    const { result, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "calibration-lost", exit: 8 });
    expect(words).toContain("flashing again cannot bring it back");
    expect(framesOf(bench)).toBe(1);
    expect(bench.hasJournal).toBe(false);
    const erases = erasesOf(bench);
    // Nor by hand: the firmware belongs to the hardware, so there is nothing to flash for.
    const again = await bench.flash();
    expect(again.result.exit).toBe(4);
    expect(again.words).toContain("impaired");
    expect((await bench.recover()).result.exit).toBe(3);
    expect(framesOf(bench)).toBe(1);
    expect(erasesOf(bench)).toBe(erases);
  });

  it("another revision than was written: 8", async () => {
    const revision = "EC25AFAR05A06M4G_30.004.30.004";
    const bench = await makeBench({ faults: [{ name: "wrong-revision", at: { item: "reset" }, revision }] });
    const { result, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "unconfirmed", exit: 8 });
    expect(words).toContain(revision);
    expect(words).toContain("which firmware it holds is not known");
    expect(framesOf(bench)).toBe(1);
  });

  it("never comes back: 8 lost; once it has power again, recover confirms", async () => {
    const bench = await makeBench({ faults: [{ name: "no-return", at: { item: "reset" } }] });
    const { result, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "lost", exit: 8 });
    expect(words).toContain("neither in normal mode nor in EDL");
    expect(bench.hasJournal).toBe(true);
    bench.module.powerCycle();
    expect((await bench.recover()).result).toMatchObject({ outcome: "done", exit: 0 });
  });

  it("comes back in EDL, since its SBL does not start: 7, and the words do not say that it stayed away", async () => {
    const bench = await makeBench({
      site: {
        tree: (files, top) => {
          const path = `${top}/update/sbl1.mbn`;
          files.set(
            path,
            (files.get(path) ?? new Uint8Array(9000)).map((byte) => byte ^ 0xff),
          );
          files.delete(`${top}/md5.txt`);
        },
      },
    });
    const { result, words } = await bench.flash();
    expect(await whereIs(bench)).toBe("edl");
    expect(words).toContain("[no-bootable-firmware]");
    expect(words).toContain("The module is in EDL, and which firmware it holds is not known.");
    expect(result.exit).toBe(7);
    expect(bench.hasJournal).toBe(true);
  });

  it("falls into dump mode: 8 lost, and no word about where it is that is not true", async () => {
    const bench = await makeBench({
      site: {
        tree: (files, top) => {
          files.set(`${top}/update/NON-HLOS.ubi`, new Uint8Array(900_000).fill(0x55));
          files.delete(`${top}/md5.txt`);
        },
      },
    });
    const { result, words } = await bench.flash();
    expect(await whereIs(bench)).toBe("dump");
    expect(result).toMatchObject({ outcome: "lost", exit: 8 });
    expect(words).toContain("[module-lost]");
  });

  it("starts and hangs, where that is what a missing image does: 8 lost", async () => {
    const bench = await makeBench({
      module: (setup) => ({ switches: { ...setup.switches, missingImage: "hangs" } }),
      site: {
        tree: (files, top) => {
          files.set(`${top}/update/NON-HLOS.ubi`, new Uint8Array(900_000).fill(0x55));
          files.delete(`${top}/md5.txt`);
        },
      },
    });
    const { result } = await bench.flash();
    expect(await whereIs(bench)).toBe("absent");
    expect(result).toMatchObject({ outcome: "lost", exit: 8 });
  });

  it("stays at CFUN 7: 8, the radio is offline", async () => {
    // Of another variant's hardware: right by its label, and foreign to what is written.
    const bench = await makeBench({
      module: (setup) => ({ hardware: { ...setup.hardware, hardwareCode: "EC25AFFA" } }),
    });
    const { result, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "unconfirmed", exit: 8 });
    expect(words).toContain("[radio-offline]");
    expect(words).toContain("CFUN is 7");
    expect(words).toContain("CME ERROR 0");
  });

  it("shows another IMEI: 8", async () => {
    const bench = await makeBench();
    let restarted = false;
    const bus = withAnswers(bench.world.bus, (text) =>
      restarted ? text.replace(bench.setup.nv.imei, "000000000000026") : text,
    );
    const { result, words } = await bench.flash({
      bus,
      on: (event) => {
        if (event.type === "stage-start" && event.stage === "confirm") restarted = true;
      },
    });
    expect(result).toMatchObject({ outcome: "unconfirmed", exit: 8 });
    expect(words).toContain("[identity-changed]");
    expect(words).not.toContain(bench.setup.nv.imei);
  });

  it("says nothing about an IMEI that could not be compared", async () => {
    const bench = await makeBench();
    const bus = withAnswers(bench.world.bus, (text) =>
      text.replace(/\r\n0000000\d{8}\r\n\r\nOK/, "\r\nERROR"),
    );
    const { result, words } = await bench.flash({ bus });
    expect(result.outcome).toBe("done");
    expect(words).not.toContain("IMEI unchanged");
  });

  it("leaves the bus while it is confirmed: 8, and it is not said to be in normal mode", async () => {
    const bench = await makeBench();
    const { result, words } = await bench.flash({
      on: (event: RunEvent) => {
        if (event.type === "stage-start" && event.stage === "connect") bench.module.powerCycle();
      },
    });
    expect(result.exit).toBe(8);
    expect(words).toContain("[module-gone]");
    expect(words).toContain("neither in normal mode nor in EDL");
  });
});

describe("the write does not go through: 7, the journal stays, a power cycle and recover finish", () => {
  it.each([
    ["NAK at an erase", { name: "nak", at: { item: "erase", nth: 3 } }, "erase failed"],
    ["NAK at a program", { name: "nak", at: { item: "program", partition: "boot" } }, "program failed"],
    [
      "NAK after the bytes",
      { name: "nak", at: { item: "program", partition: "aboot", afterBytes: 1 } },
      "program aboot",
    ],
    [
      "stall in the bytes",
      { name: "stall", at: { item: "program", partition: "modem", afterBytes: 90_000 } },
      "stopped answering",
    ],
    ["stall at an erase", { name: "stall", at: { item: "erase", nth: 4 } }, "stopped answering"],
    [
      "a transfer nobody takes",
      { name: "write-timeout", at: { item: "program", partition: "modem", afterBytes: 90_000 } },
      "stopped answering",
    ],
    [
      "unplugged in the last program",
      { name: "unplug", at: { item: "program", partition: "SBL", afterBytes: 90_000 }, returnMs: 2000 },
      "left the bus",
    ],
    [
      "unplugged at the first erase but one",
      { name: "unplug", at: { item: "erase", nth: 2 }, returnMs: 2000 },
      "left the bus",
    ],
  ] as const)("%s", async (_, fault, reason) => {
    const bench = await makeBench({ faults: [fault] });
    const { result, words, events } = await bench.flash();
    expect(result).toMatchObject({ outcome: "incomplete", exit: 7 });
    expect(words).toContain("[write-failed]");
    expect(words).toContain(reason);
    expect(words).toContain("half-written");
    expect(storyOf(events)).toContain("write: failed");
    expect(bench.hasJournal).toBe(true);
    bench.module.powerCycle();
    await bench.clock.sleep(10_000);
    expect(await whereIs(bench)).toBe("edl");
    expect((await bench.recover()).result).toMatchObject({ outcome: "done", exit: 0 });
    expect(holdsRelease(bench)).toBe(true);
  });

  it("a torn SBL that hangs is gone until its BOOT pin is pulled: the record waits for it", async () => {
    const bench = await makeBench({
      module: (setup) => ({ switches: { ...setup.switches, tornSbl: "hangs" } }),
      faults: [
        { name: "unplug", at: { item: "program", partition: "SBL", afterBytes: 90_000 }, returnMs: 2000 },
      ],
    });
    expect((await bench.flash()).result.exit).toBe(7);
    const { result, words } = await bench.recover();
    expect(result.exit).toBe(3);
    expect(words).toContain("[no-module]");
    expect(bench.hasJournal).toBe(true);
  });

  it("the last word of the programmer: every item is written, and the restart is refused", async () => {
    const bench = await makeBench({ faults: [{ name: "nak", at: { item: "power" } }] });
    const { result, words } = await bench.flash();
    expect(result.exit).toBe(8);
    expect(words).toContain("The module is in EDL, and every item of the new firmware was acknowledged.");
    expect(words).not.toContain("Power-cycle the module; nothing was written");
    expect((await bench.recover()).result.outcome).toBe("done");
  });
});

describe("failures between normal mode and the first erase leave the module as it was", () => {
  it.each([
    ["the switch is blocked", { name: "stall", at: { item: "edl-switch" } }, 6, "edl-not-entered", "normal"],
    [
      "the boot ROM rejects the programmer",
      { name: "nak", at: { item: "sahara" } },
      6,
      "sahara-failed",
      "normal",
    ],
    ["the boot ROM stops asking", { name: "stall", at: { item: "sahara" } }, 6, "transfer-timeout", "edl"],
    ["configure is refused", { name: "nak", at: { item: "configure" } }, 6, "firehose-failed", "normal"],
    ["the programmer hangs", { name: "stall", at: { item: "configure" } }, 6, "transfer-timeout", "edl"],
    [
      "unplugged while it is looked at",
      { name: "unplug", at: { item: "read" }, returnMs: 1000 },
      6,
      "module-gone",
      "absent",
    ],
  ] as const)("%s", async (_, fault, exit, code, where) => {
    const bench = await makeBench({ faults: [fault] });
    const { whole } = snapshotOf(bench);
    const { result, words } = await bench.flash();
    expect(words).toContain(`[${code}]`);
    expect(result.exit).toBe(exit);
    expect(words).toContain("with its old firmware; nothing was written");
    expect(await whereIs(bench)).toBe(where);
    expect(snapshotOf(bench).whole).toBe(whole);
    // Whatever it was, the way out is safe and the job can be done after it.
    bench.module.powerCycle();
    await bench.clock.sleep(20_000);
    await bench.recover();
    expect(bench.hasJournal).toBe(false);
    expect((await bench.flash()).result.outcome).toBe("done");
  });

  it("EDL that may not be opened: 6, still in EDL, and recover leads it out", async () => {
    const bench = await makeBench();
    const { result, words } = await bench.flash({ bus: withoutEndpoints(bench.world.bus) });
    expect(result.exit).toBe(6);
    expect(words).toContain("The module is in EDL, with its old firmware; nothing was written.");
    expect((await bench.recover()).result.outcome).toBe("done");
    expect(await whereIs(bench)).toBe("normal");
  });

  it("a module that was plugged anew since it was checked is not sent into EDL", async () => {
    const bench = await makeBench();
    const { result, words } = await bench.flash({
      on: (event) => {
        if (event.type === "stage-start" && event.stage === "fetch") bench.module.powerCycle();
      },
    });
    expect(result.exit).toBe(6);
    expect(words).toContain("[module-gone]");
    expect(framesOf(bench)).toBe(0);
  });
});

describe("the connect test", () => {
  it.each([
    ["no network", { registration: "searching" as const }, "registration"],
    ["a network that denies the SIM", { registration: "denied" as const }, "registration"],
    ["a search that has stopped", { registration: "none" as const }, "registration"],
    ["a cell for emergency calls only", { registration: "emergency" as const }, "registration"],
    ["a SIM that asks for its PUK", { sim: "puk" as const }, "SIM"],
    ["a SIM that fails", { sim: "failure" as const }, "SIM"],
    ["a SIM that never gets ready", { sim: "not-ready" as const }, "SIM"],
    ["no answer to a ping", { pingable: [] }, "data"],
    ["no SIM, and one is required", { sim: "absent" as const }, "SIM"],
  ])("%s: 9, with the firmware confirmed", async (_, network, stage) => {
    const bench = await makeBench({ network });
    const { result, words, events } = await bench.flash();
    expect(result).toMatchObject({ outcome: "unproven", exit: 9 });
    expect(words).toContain(`failed at ${stage}`);
    expect(words).toContain(
      "The module is in normal mode, and every item of the new firmware was acknowledged.",
    );
    expect(storyOf(events)).toContain("confirm: ok");
    expect(bench.hasJournal).toBe(false);
  });

  it.each([
    ["IPv4 only", { ipv6: null }],
    ["IPv6 only", { ipv4: null }],
  ])("a network with %s passes, and says so", async (only, network) => {
    const bench = await makeBench({ network });
    const { result, words } = await bench.flash();
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    expect(words).toContain(`(${only})`);
  });

  it.each([
    ["absent", "auto"],
    ["pin", "auto"],
    ["ready", "skip"],
  ] as const)("SIM %s with --connect %s: done, and the test is told as skipped", async (sim, connect) => {
    const bench = await makeBench({ network: { sim } });
    const { result, words, events } = await bench.flash({ connect });
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    expect(storyOf(events)).toContain("connect: skipped");
    expect(words).toContain("Connect test: not run");
  });

  it("alone, on a healthy module: done; on one in EDL: refused", async () => {
    const healthy = await makeBench({ scenario: "healthy" });
    const told = await healthy.run({}, (context) => connectOnly(context, undefined));
    expect(told.result).toMatchObject({ outcome: "done", exit: 0 });
    const edl = await makeBench({ scenario: "edl" });
    const refused = await edl.run({}, (context) => connectOnly(context, undefined));
    expect(refused.result).toMatchObject({ outcome: "refused", exit: 4 });
    expect(edl.module.recorder.acts).toEqual([]);
  });

  it("leaves no data call open", async () => {
    const bench = await makeBench({ scenario: "healthy" });
    await bench.run({}, (context) => connectOnly(context, undefined));
    const commands = bench.module.recorder.atCommands();
    expect(commands.filter((command) => command === "AT+QIACT=1")).toHaveLength(1);
    expect(commands.filter((command) => command === "AT+QIDEACT=1")).toHaveLength(1);
  });
});
