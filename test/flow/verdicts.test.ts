import { describe, expect, it } from "vitest";
import { checkBus } from "../../src/flow/check.js";
import { StopSwitch } from "../../src/flow/stop-switch.js";
import { SHIPPED_SCENARIOS } from "../../src/manifest/read.js";
import { listScenarios, loadScenario } from "../../src/manifest/scenarios.js";
import type { Scenario } from "../../src/sim/scenario.js";
import { createWorld } from "../../src/sim/world.js";
import { facts, modes } from "./bench.js";
import { EPOCH_MS } from "./site.js";
import { VirtualTime } from "./virtual-time.js";

/** What the real `check` says of each module of a scenario, nothing declared. */
async function verdictsOf(scenario: Scenario): Promise<Record<string, string>> {
  const clock = new VirtualTime();
  const world = createWorld({ scenario, clock, timeScale: 1 });
  const { judgements, failures } = await checkBus(
    {
      bus: world.bus,
      clock,
      now: () => new Date(EPOCH_MS + clock.nowMs()),
      facts,
      modes,
      emit: () => undefined,
      stop: new StopSwitch(),
      stateDir: "unused",
      cacheDir: "unused",
    },
    { declarations: [] },
  );
  expect(failures).toEqual([]);
  return Object.fromEntries(judgements.map(({ reading, verdict }) => [reading.source, verdict]));
}

const scenarios = await Promise.all(
  (await listScenarios(SHIPPED_SCENARIOS)).map(async (name) => loadScenario(SHIPPED_SCENARIOS, name)),
);
const stating = scenarios.filter((scenario) => Object.keys(scenario.expect.check).length > 0);

describe("check judges the modules of a scenario as it says", () => {
  it.each(stating)("$name", async (scenario) => {
    expect(await verdictsOf(scenario)).toEqual(scenario.expect.check);
  });
});
