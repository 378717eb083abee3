import { expect } from "vitest";
import type { RunEvent } from "../../src/core/events.js";

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;

/** The promise of `core/events.ts` for one run; every command of every test of this room is held to it. */
export function expectContract(events: readonly RunEvent[]): void {
  const [plan] = events;
  if (plan?.type !== "plan")
    throw new Error(`a run begins with its plan, not with ${plan?.type ?? "nothing"}`);
  expect(events.filter(({ type }) => type === "plan")).toHaveLength(1);
  expect(events.map(({ type }) => type).indexOf("result")).toBe(events.length - 1);
  expectStages(events, plan);
  expectProgress(events);
}

function expectStages(events: readonly RunEvent[], plan: Of<"plan">): void {
  const order = plan.stages.map(({ id }) => id);
  const ended: string[] = [];
  let open: string | null = null;
  /** What comes between two stages belongs to the one before. */
  let started: string | null = null;
  for (const event of events) {
    if (event.type === "stage-start") {
      expect(open).toBeNull();
      open = event.stage;
      started = event.stage;
    }
    if (event.type === "stage-end") {
      // Without a start only what was skipped ends.
      if (open === null) expect(event.result).toBe("skipped");
      else expect(event.stage).toBe(open);
      open = null;
      ended.push(event.stage);
    }
    if (event.type === "progress" || event.type === "wait") expect(event.stage).toBe(open);
    if (event.type === "line" || event.type === "mode") expect(event.stage).toBe(open ?? started);
  }
  expect(open).toBeNull();
  expect(order.filter((id) => ended.includes(id))).toEqual(ended);
}

function expectProgress(events: readonly RunEvent[]): void {
  let before: Of<"progress"> | null = null;
  for (const event of events) {
    if (event.type !== "progress") {
      if (event.type === "stage-start") before = null;
      continue;
    }
    expect(event.doneBytes).toBeLessThanOrEqual(event.totalBytes);
    // A stage may have parts with a measure of their own, each told by its total.
    if (before?.totalBytes === event.totalBytes)
      expect(event.doneBytes).toBeGreaterThanOrEqual(before.doneBytes);
    before = event;
  }
}

/** One line a stage's end, a change of the module's state, the result: what a story is, without its words and bytes. */
export function storyOf(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => {
    switch (event.type) {
      case "plan":
        return [`== ${event.title}`];
      case "stage-end":
        return [`${event.stage}: ${event.result}`];
      case "mode":
        return [`  ${event.state.where}/${event.state.image}`];
      case "result":
        return [`result: ${event.outcome} ${event.exit}`];
      case "stage-start":
      case "progress":
      case "wait":
      case "line":
        return [];
    }
  });
}

/** A stream of several runs, cut before each plan. */
export function runsOf(events: readonly RunEvent[]): RunEvent[][] {
  const runs: RunEvent[][] = [];
  for (const event of events) {
    if (event.type === "plan") runs.push([]);
    runs.at(-1)?.push(event);
  }
  return runs;
}
