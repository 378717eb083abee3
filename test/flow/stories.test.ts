import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/events.js";
import { demo } from "../../src/flow/demo/demo.js";
import { StopSwitch } from "../../src/flow/stop-switch.js";
import { SHIPPED_SCENARIOS } from "../../src/manifest/read.js";
import { loadScenario } from "../../src/manifest/scenarios.js";
import { facts, modes } from "./bench.js";
import { expectContract, runsOf, storyOf } from "./contract.js";
import { EPOCH_MS } from "./site.js";
import { VirtualTime } from "./virtual-time.js";

const STORIES = ["wrong-variant", "healthy", "cut-in-flash", "map-differs", "calibration-lost"];

async function tell(name: string) {
  const scenario = await loadScenario(SHIPPED_SCENARIOS, name);
  const clock = new VirtualTime();
  const events: RunEvent[] = [];
  const result = await demo({
    scenario,
    facts,
    modes,
    clock,
    now: () => new Date(EPOCH_MS + clock.nowMs()),
    emit: (event) => events.push(event),
    stop: new StopSwitch(),
  });
  return { scenario, events, result };
}

describe("the demo tells each scenario as it says", () => {
  it.each(STORIES)("%s", async (name) => {
    const { scenario, events, result } = await tell(name);
    expect(result.asExpected).toBe(true);
    expect(result.flash).toMatchObject(scenario.expect.flash);
    expect(result.recover === null ? null : [result.recover.outcome, result.recover.exit]).toEqual(
      scenario.expect.recover === null
        ? null
        : [scenario.expect.recover.outcome, scenario.expect.recover.exit],
    );
    const runs = runsOf(events);
    expect(runs).toHaveLength(scenario.expect.recover === null ? 2 : 3);
    for (const run of runs) expectContract(run);
    expect(storyOf(events).join("\n")).toMatchSnapshot();
  });

  it("judges the wrong variant as suspect before anything is declared, the healthy one as unknown", async () => {
    const wrong = await tell("wrong-variant");
    const healthy = await tell("healthy");
    expect(wrong.result.undeclared?.verdict).toBe("suspect");
    expect(healthy.result.undeclared?.verdict).toBe("unknown");
  });

  it("reaches all of its bytes only at the end of the write", async () => {
    const { events } = await tell("wrong-variant");
    const write = events.flatMap((event) =>
      event.type === "progress" && event.stage === "write" ? [event] : [],
    );
    expect(write.length).toBeGreaterThan(100);
    expect(write.filter(({ doneBytes, totalBytes }) => doneBytes === totalBytes)).toHaveLength(1);
    expect(write.at(-1)?.doneBytes).toBe(write.at(-1)?.totalBytes);
  });
});
