import { describe, expect, it } from "vitest";
import { demo } from "../../src/flow/demo/demo.js";
import { StopSwitch } from "../../src/flow/stop-switch.js";
import { SHIPPED_SCENARIOS } from "../../src/manifest/read.js";
import { loadScenario } from "../../src/manifest/scenarios.js";
import type { World } from "../../src/sim/world.js";
import { facts, modes } from "./bench.js";
import { EPOCH_MS } from "./site.js";
import { VirtualTime } from "./virtual-time.js";

/** Tells the story of a scenario and looks into its world afterwards. */
async function told(name: string, registers = true) {
  const scenario = await loadScenario(SHIPPED_SCENARIOS, name);
  for (const { network } of scenario.modules) network.registration = registers ? "home" : "searching";
  const clock = new VirtualTime();
  const after: World[] = [];
  const words: string[] = [];
  const result = await demo({
    scenario,
    facts,
    modes,
    clock,
    now: () => new Date(EPOCH_MS + clock.nowMs()),
    emit: (event) => {
      if (event.type === "result") words.push(...event.summary);
    },
    stop: new StopSwitch(),
    inspectWorld: (world) => {
      after.push(world);
    },
  });
  const [world] = after;
  if (world === undefined) throw new Error("no world");
  return { scenario, result, words: words.join("\n"), world };
}

/** What `flash` says of the first module, with the label it is believed to have. */
const STORIES: readonly (readonly [string, string])[] = [
  ["diag-off", "[port-missing]"],
  ["dump", "[wrong-mode]"],
  ["fastboot", "[wrong-mode]"],
  ["clone", "[verdict-forbids-flash]"],
  ["custom-firmware", "[verdict-forbids-flash]"],
  ["ec21", "[disputed]"],
  ["eg25-g", "nothing was written"],
  ["ec20-ce", "nothing was written"],
  ["compositions", "nothing was written"],
  ["foreign-edl", "nothing was written"],
];

describe("flash of a device that is not to be flashed", () => {
  it.each(STORIES)("%s: %s", async (name, word) => {
    const { scenario, result, words, world } = await told(name);
    expect(words).toContain(word);
    expect(result.flash).toMatchObject(scenario.expect.flash);
    for (const { recorder } of world.modules) {
      expect(recorder.wroteAnything()).toBe(false);
      expect(recorder.acts.filter(({ kind }) => kind !== "at")).toEqual([]);
    }
  });
});

describe("flash of what is refused", () => {
  it("says that a module without DIAG is as before, and where that is", async () => {
    const { words } = await told("diag-off");
    expect(words).toContain("The module is in normal mode, with its old firmware");
    expect(words).toContain("DM");
  });

  it("stops an EC21 without a network as well: it is another model, whatever it shows", async () => {
    const { result, words } = await told("ec21", false);
    expect(words).toContain("[verdict-forbids-flash]");
    expect(result.flash).toMatchObject({ outcome: "refused", exit: 4 });
  });
});

describe("flash of a module in RNDIS", () => {
  it("finds DIAG behind the network function, and RNDIS is there afterwards", async () => {
    const { scenario, result, world } = await told("rndis");
    expect(result.flash).toMatchObject(scenario.expect.flash);
    const [module] = world.modules;
    expect(module?.device?.interfaces.map(({ role }) => role)).toEqual([
      ...["rndis", "rndis-data", "dm", "nmea", "at", "modem"],
    ]);
    const [first] = module?.recorder.acts.filter(({ kind }) => kind === "diag") ?? [];
    expect(first).toMatchObject({ kind: "diag", payload: "4b650100" });
  });
});
