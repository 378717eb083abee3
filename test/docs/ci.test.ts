import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { CHECK_FORMATS, type CheckFormat } from "../../src/ui/check-formats.js";
import { BINARY, PATIENT_MS, REPOSITORY, TestHost, THREAD_AFTER, THREAD_BEFORE } from "../cli/binary.js";
import { haveTool } from "../hardware/tools.js";
import { parseCommands, parseCsv, parseMender, parseProm, parseXml } from "../ui/formats/parsers.js";

const page = readFileSync(join(REPOSITORY, "docs/ci.md"), "utf8");
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", text = ""]) => ({
  language,
  text,
}));

/** Where Debian's node_exporter looks; a directory of the test stands for it. */
const COLLECTOR = "/var/lib/prometheus/node-exporter";

/** Every command line of the page that begins ecflash, as its block would run it. */
const commands = blocks.flatMap(({ language, text }) =>
  text.split("\n").flatMap((line) => {
    const [, command] = /(?:^|- |run: |root |\]=)((?:source <\()?ecflash .*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ command, shell: language === "bash" ? "bash" : "sh" }];
  }),
);

const host = new TestHost();
const bin = join(host.directory, "bin");
const captures = join(host.directory, "captures");
const collector = join(host.directory, "collector");
for (const directory of [bin, captures, collector]) mkdirSync(directory);
copyFileSync(join(REPOSITORY, THREAD_BEFORE), join(captures, "unit-1.txt"));
copyFileSync(join(REPOSITORY, THREAD_AFTER), join(captures, "unit-2.txt"));
writeFileSync(join(bin, "ecflash"), `#!/bin/sh\nexec '${process.execPath}' '${BINARY}' "$@"\n`);
chmodSync(join(bin, "ecflash"), 0o755);

const env = {
  ...host.environment,
  PATH: `${bin}:${host.environment["PATH"] ?? ""}`,
  ECFLASH_SIM: "wrong-variant:docs",
};

/** What a reader of each format must find in it: the one mismatch. */
const READS: { readonly [F in CheckFormat]?: (text: string) => unknown } = {
  csv: (text) => expect(parseCsv(text).filter((row) => row[1] === "mismatch")).toHaveLength(1),
  junit: (text) => expect(parseXml(text).children[0]?.attributes["failures"]).toBe("1"),
  sarif: (text) => expect(JSON.parse(text)).toMatchObject({ runs: [{ results: [{ ruleId: "mismatch" }] }] }),
  github: (text) => expect(parseCommands(text)).toMatchObject([{ command: "error" }]),
  prometheus: (text) =>
    expect(parseProm(text)).toContainEqual(
      expect.objectContaining({ name: "ecflash_check_exit_code", value: 10 }),
    ),
  nagios: (text) => expect(text).toMatch(/^ECFLASH CRITICAL: .* mismatch /),
  mender: (text) => expect(parseMender(text)).toContainEqual(["ecflash_verdict", "mismatch"]),
};

describe("docs/ci.md", { timeout: PATIENT_MS }, () => {
  it("has a row for every format", () => {
    for (const format of CHECK_FORMATS) expect(page).toMatch(new RegExp(`^\\| \`${format}\` \\|`, "m"));
  });

  it("has command lines to run", () => {
    expect(commands.length).toBeGreaterThanOrEqual(9);
  });

  it.each(commands)("$command", ({ command, shell }) => {
    // A pipe into jq is run without jq: what ecflash writes is what is held here.
    const line = command.replace(COLLECTOR, collector).replace(/ \| jq .*$/, "");
    const { status, stdout, stderr } = spawnSync(shell, ["-c", line], {
      cwd: host.directory,
      env,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const [, format = ""] = /--format (\w+)/.exec(line) ?? [];
    const expected = line.endsWith("|| true") || format === "" ? 0 : format === "nagios" ? 2 : 10;
    expect(status).toBe(expected);
    const [, file] = /--output (\S+)/.exec(line) ?? [];
    const text = file === undefined ? stdout : readFileSync(resolve(host.directory, file), "utf8");
    READS[format as CheckFormat]?.(text);
  });

  it("leaves only whole files for the collector", () => {
    expect(readdirSync(collector)).toEqual(["ecflash.prom"]);
  });

  it.runIf(haveTool("promtool", "prometheus"))("has alerts that promtool takes", () => {
    const rules = blocks.find(({ text }) => text.startsWith("groups:"));
    const path = join(host.directory, "rules.yml");
    writeFileSync(path, rules?.text ?? "");
    const { status, stderr } = spawnSync("promtool", ["check", "rules", path], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it("writes of no metric and no key that is not there", () => {
    const source = readFileSync(join(REPOSITORY, "src/ui/formats/prometheus.ts"), "utf8");
    for (const [name] of page.matchAll(/ecflash_(?:module|check)_[a-z_]+/g))
      expect(source).toContain(`"${name}"`);
  });
});
