import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { haveTool } from "../../hardware/tools.js";
import { JUDGEMENTS, VERDICTS } from "../judgements.js";
import { NOW, rendered } from "../rendered.js";
import { parseProm } from "./parsers.js";
import { EVERYTHING } from "./told.js";

const promtool = (text: string) =>
  spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });

describe("check as Prometheus metrics", () => {
  it("has what is expected and what was found as labels", async () => {
    const samples = parseProm(await rendered("prometheus", { judgements: [JUDGEMENTS.mismatch], exit: 10 }));
    expect(samples[0]).toEqual({
      name: "ecflash_module_info",
      value: 1,
      labels: {
        source: "1-1.2",
        expected: "EC25AFA",
        expected_variant: "EC25-A",
        actual: "EC25EFAR06A11M4G_01.001.01.001",
        actual_variant: "EC25-E",
        hardware_code: "EC25EFA",
        mode: "normal",
        confidence: "certain",
        virtual: "false",
      },
    });
    const state = samples.filter(({ name }) => name === "ecflash_module_verdict");
    expect(state.map(({ labels }) => labels["verdict"]).sort()).toEqual([...VERDICTS].sort());
    expect(state.filter(({ value }) => value === 1).map(({ labels }) => labels["verdict"])).toEqual([
      "mismatch",
    ]);
    expect(Object.fromEntries(samples.slice(-4).map(({ name, value }) => [name, value]))).toEqual({
      ecflash_check_modules: 1,
      ecflash_check_failures: 0,
      ecflash_check_exit_code: 10,
      ecflash_check_timestamp_seconds: Math.floor(NOW.getTime() / 1000),
    });
  });

  it("never says one series twice", async () => {
    const { match } = JUDGEMENTS;
    const at = (source: string) => ({ ...match, reading: { ...match.reading, source } });
    const judgements = [at("a"), at("a"), at("a#2"), at("000000000000018"), at("111111111110018")];
    const text = await rendered("prometheus", { judgements });
    const series = text.split("\n").filter((line) => line.startsWith("ecflash_module_info"));
    expect(new Set(series).size).toBe(judgements.length);
  });

  it.runIf(haveTool("promtool", "prometheus"))("is taken by promtool, empty and full", async () => {
    for (const told of [EVERYTHING, {}]) {
      const { status, stdout, stderr } = promtool(await rendered("prometheus", told));
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
    }
    const spoiled = (await rendered("prometheus", EVERYTHING)).replace('source="', "source=");
    expect(promtool(spoiled).status).not.toBe(0);
  });
});
