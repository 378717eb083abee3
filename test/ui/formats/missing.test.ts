import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { CHECK_FORMATS } from "../../../src/ui/check-formats.js";
import { haveTool } from "../../hardware/tools.js";
import { shippedSchema } from "../../schemas.js";
import { JUDGEMENTS } from "../judgements.js";
import { rendered, type Told } from "../rendered.js";
import { missingRow, reportOf } from "./fleet.js";
import { parseCsv, parseMender, parseProm, parseXml } from "./parsers.js";

const ROWS = [missingRow("line 3", "IMEI ***********0034"), missingRow("item 2", "host gw-2")];
const FLEET: Told = { judgements: [JUDGEMENTS.match], inventory: reportOf(ROWS), exit: 11 };
const fleet = (format: (typeof CHECK_FORMATS)[number]) => rendered(format, FLEET);

describe("a row of the inventory without a record", () => {
  it.each(CHECK_FORMATS.filter((format) => format !== "prometheus" && format !== "nagios"))(
    "is told by its name in %s, with no other change",
    async (format) => {
      const text = await fleet(format);
      for (const { name } of ROWS) expect(text).toContain(name);
      const without = { ...FLEET, inventory: undefined };
      for (const { name } of ROWS) expect(await rendered(format, without)).not.toContain(name);
    },
  );

  it("is an error of its own in JUnit, beside a module that passed", async () => {
    const suite = parseXml(await fleet("junit")).children[0];
    expect(suite?.attributes).toMatchObject({ tests: "3", errors: "2", failures: "0" });
    expect(suite?.children.map(({ attributes }) => attributes["name"])).toEqual([
      "1-1.2",
      "fleet.csv:3",
      "fleet.csv item 2",
    ]);
  });

  it("is a row of CSV with what it would exit with", async () => {
    const [head = [], , ...rows] = parseCsv(await fleet("csv"));
    const [exit, error] = [head.indexOf("exit"), head.indexOf("error")];
    expect(rows.map((row) => [row[0], row[exit], row[error]])).toEqual([
      ["fleet.csv:3", "11", "missing"],
      ["fleet.csv item 2", "11", "missing"],
    ]);
  });

  it("is a warning at its line in GitHub and SARIF", async () => {
    expect(await fleet("github")).toContain("::warning file=fleet.csv,line=3,title=ecflash%3A missing::");
    const { runs } = JSON.parse(await fleet("sarif")) as {
      runs: {
        tool: { driver: { rules: { id: string }[] } };
        results: { ruleId: string; ruleIndex: number }[];
      }[];
    };
    const found = runs[0]?.results.filter(({ ruleId }) => ruleId === "missing") ?? [];
    expect(found).toHaveLength(2);
    expect(found.map(({ ruleIndex }) => runs[0]?.tool.driver.rules[ruleIndex]?.id)).toEqual([
      "missing",
      "missing",
    ]);
  });

  it("is counted in Prometheus and Nagios, a list in Mender", async () => {
    const samples = parseProm(await fleet("prometheus"));
    expect(samples.find(({ name }) => name === "ecflash_inventory_missing")?.value).toBe(2);
    const nagios = await fleet("nagios");
    expect(nagios).toMatch(
      /^ECFLASH UNKNOWN: fleet\.csv:3: No record of IMEI .*; 2 missing \|.* missing=2;;;0$/m,
    );
    const missing = parseMender(await fleet("mender")).filter(([key]) => key === "ecflash_missing");
    expect(missing).toHaveLength(2);
  });

  it("keeps to the contract of NDJSON", async () => {
    const shipped = await shippedSchema("ecflash.check.record-1");
    const last = JSON.parse((await fleet("ndjson")).trimEnd().split("\n").at(-1) ?? "") as unknown;
    expect(shipped.safeParse(last).error).toBeUndefined();
    expect(last).toMatchObject({ kind: "summary", modules: 1, inventory: { missing: 2, unlisted: 1 } });
  });

  it.runIf(haveTool("promtool", "prometheus"))("passes promtool", async () => {
    const { status, stderr } = spawnSync("promtool", ["check", "metrics"], {
      input: await fleet("prometheus"),
    });
    expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: "" });
  });
});
