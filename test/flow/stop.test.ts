import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/events.js";
import type { StopSwitch } from "../../src/flow/stop-switch.js";
import { makeBench } from "./bench.js";
import { storyOf } from "./contract.js";
import { erasesOf, holdsRelease, snapshotOf, whereIs } from "./truth.js";

type Press = (event: RunEvent, stop: StopSwitch) => void;

/** One Ctrl-C at the first event that `when` names. */
function pressAt(when: (event: RunEvent) => boolean, times = 1): Press {
  let pressed = false;
  return (event, stop) => {
    if (pressed || !when(event)) return;
    pressed = true;
    for (let time = 0; time < times; time += 1) stop.request("SIGINT");
  };
}

const atStart = (stage: string, times = 1) =>
  pressAt((event) => event.type === "stage-start" && event.stage === stage, times);
const atMode = (where: string) => pressAt((event) => event.type === "mode" && event.state.where === where);
const inWrite = (label: RegExp, times: number) =>
  pressAt((event) => event.type === "progress" && event.stage === "write" && label.test(event.label), times);

describe("an interrupt before the first write", () => {
  it.each([
    ["check", atStart("check")],
    ["fetch", atStart("fetch")],
    ["the download", pressAt((event) => event.type === "progress" && event.stage === "fetch")],
    ["preflight", atStart("preflight")],
    ["enter-edl", atStart("enter-edl")],
    ["the way into EDL, behind the frame", atMode("leaving")],
    ["programmer", atStart("programmer")],
    [
      "the programmer on its way",
      pressAt((event) => event.type === "progress" && event.stage === "programmer"),
    ],
    ["inspect", atStart("inspect")],
    ["the calibration copy", pressAt((event) => event.type === "progress" && event.stage === "inspect")],
    ["the end of inspect", pressAt((event) => event.type === "stage-end" && event.stage === "inspect")],
    ["write, before its first erase", atStart("write")],
  ])("%s: 130, nothing written, the module as it was", async (_, on) => {
    const bench = await makeBench();
    const { whole } = snapshotOf(bench);
    const { result, words } = await bench.flash({ on });
    expect(result).toMatchObject({ outcome: "interrupted", exit: 130 });
    expect(words).toContain("SIGINT");
    expect(snapshotOf(bench).whole).toBe(whole);
    expect(erasesOf(bench)).toBe(0);
    expect(await whereIs(bench)).toBe("normal");
    expect(bench.hasJournal).toBe(false);
    // As it was, the whole job can be done.
    expect((await bench.flash()).result).toMatchObject({ outcome: "done", exit: 0 });
  });
});

describe("an interrupt inside the write", () => {
  it.each([
    ["the first erase", /^erase SBL/],
    ["a program", /^program modem/],
    ["the last program", /^program SBL/],
  ])("once, at %s: says what stopping means and goes on to the end", async (_, label) => {
    const bench = await makeBench();
    const { result, events } = await bench.flash({ on: inWrite(label, 1) });
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    const notes = events.filter((event) => event.type === "line" && event.from === "note");
    expect(notes).toHaveLength(1);
    expect(notes[0]).toHaveProperty("text", expect.stringMatching(/SIGINT.*no bootable firmware.*Once more/));
    expect(holdsRelease(bench)).toBe(true);
  });

  it.each([
    ["the first erase", /^erase SBL/],
    ["a later erase", /^erase system/],
    ["the first program", /^program MIBIB/],
  ])("twice, at %s: 7, the journal stays, recover finishes", async (_, label) => {
    const bench = await makeBench();
    const stopped = await bench.flash({ on: inWrite(label, 2) });
    expect(stopped.result).toMatchObject({ outcome: "incomplete", exit: 7 });
    expect(stopped.words).toContain("[write-interrupted]");
    expect(stopped.words).toContain("ecflash recover");
    expect(bench.hasJournal).toBe(true);
    const again = await bench.recover();
    expect(again.result.exit).toBe(0);
    if (again.result.outcome === "nothing-to-do") expect(erasesOf(bench)).toBe(0);
    else expect(holdsRelease(bench)).toBe(true);
    expect(await whereIs(bench)).toBe("normal");
  });

  it("twice, at the last program: that item ends the write, so the run goes on to the end", async () => {
    const bench = await makeBench();
    const { result } = await bench.flash({ on: inWrite(/^program SBL/, 2) });
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    expect(holdsRelease(bench)).toBe(true);
  });
});

describe("an interrupt after the write", () => {
  it.each([
    ["at the restart", atStart("restart")],
    ["while the module restarts", pressAt((event) => event.type === "wait" && event.stage === "restart")],
    ["at confirm", atStart("confirm")],
    ["while AT is waited for", pressAt((event) => event.type === "wait" && event.stage === "confirm")],
  ])("%s: 8, and recover confirms at once", async (_, on) => {
    const bench = await makeBench();
    const stopped = await bench.flash({ on });
    expect(stopped.result).toMatchObject({ outcome: "unconfirmed", exit: 8 });
    expect(stopped.words).toContain("[interrupted-after-write]");
    expect(bench.hasJournal).toBe(true);
    const erases = erasesOf(bench);
    const { result } = await bench.recover();
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
    expect(erasesOf(bench)).toBe(erases);
    expect(bench.hasJournal).toBe(false);
  });

  it("in the connect test: the firmware is confirmed, only the test is not made", async () => {
    const bench = await makeBench();
    const { result, words } = await bench.flash({ on: atStart("connect") });
    expect(result).toMatchObject({ outcome: "unproven", exit: 9 });
    expect(words).not.toContain("before it was confirmed");
    expect(bench.hasJournal).toBe(false);
  });
});

describe("an interrupt of recover", () => {
  it("before it writes: the words do not say that nothing was ever written, and it can be run again", async () => {
    const bench = await makeBench({ scenario: "cut-in-flash" });
    await bench.flash();
    const { result, words } = await bench.recover({ on: atStart("programmer") });
    expect(result.exit).toBe(130);
    expect(words).toContain("half-written");
    expect(bench.hasJournal).toBe(true);
    expect((await bench.recover()).result).toMatchObject({ outcome: "done", exit: 0 });
  });

  it("while it confirms what an earlier run wrote: 8", async () => {
    const bench = await makeBench();
    await bench.flash({ on: atStart("confirm") });
    const stopped = await bench.recover({ on: atStart("confirm") });
    expect(stopped.result).toMatchObject({ outcome: "unconfirmed", exit: 8 });
    expect(stopped.words).toContain("[interrupted-after-write]");
    expect((await bench.recover()).result.outcome).toBe("done");
  });

  it("while it leads a module out: 130, and nothing was written", async () => {
    const bench = await makeBench({ scenario: "edl" });
    const { result, events } = await bench.recover({ on: atStart("restart") });
    expect(result).toMatchObject({ outcome: "interrupted", exit: 130 });
    expect(storyOf(events)).toContain("restart: failed");
    expect(erasesOf(bench)).toBe(0);
  });
});
