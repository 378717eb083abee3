/**
 * How long `ecflash --version` takes, against an empty script in the same Node. The two take turns, so that a busy host
 * slows both; the goal is a ratio, because milliseconds differ from host to host (packages.md 4).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { line, median } from "./figures.js";

const GOAL = 1.5;
const ECFLASH = fileURLToPath(new URL("../../bin/ecflash.js", import.meta.url));

/** Prints the figures; true when the ratio of the medians is within the goal. */
export async function bench({ runs = 21 }) {
  const directory = mkdtempSync(join(tmpdir(), "ecflash-bench-"));
  try {
    const empty = join(directory, "empty.mjs");
    writeFileSync(empty, "");
    const cases = [
      { name: "empty script", args: [empty], times: [] },
      { name: "ecflash --version", args: [ECFLASH, "--version"], times: [] },
    ];
    for (const { args } of cases) timeMs(args); // not counted: fills the file cache
    for (let run = 0; run < runs; run += 1) for (const { args, times } of cases) times.push(timeMs(args));
    for (const { name, times } of cases) console.log(line(name, times));
    const ratio = median(cases[1].times) / median(cases[0].times);
    const met = ratio <= GOAL;
    console.log(`ratio of medians ${ratio.toFixed(2)}, goal <= ${GOAL}: ${met ? "met" : "missed"}`);
    return met;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function timeMs(args) {
  const start = performance.now();
  const { status, signal, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 30_000 });
  const took = performance.now() - start;
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status ?? signal}: ${stderr}`);
  return took;
}
