/**
 * A million records of a fleet, 2 % of them wrong: how long `ecflash check` takes to parse and judge every one of them,
 * against jq selecting those whose revision is not of the label's code. Both tell the same records. They take turns, so
 * that a busy host slows both; the goals are ratios. Memory is flat when ten times the records need no more of it.
 */
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnSync } from "node:child_process";
import { line, median } from "./figures.js";
import { measure } from "./measured.js";

const RECORDS = 1_000_000;
/** Every fiftieth record is wrong. */
const WRONG_EVERY = 50;
const SPEED_GOAL = 1.5;
const MEMORY_GOAL = 1.25;
const MISMATCH_EXIT = 10;
const ECFLASH = fileURLToPath(new URL("../../bin/ecflash.js", import.meta.url));

const FLEET = [
  {
    label: "EC25AFA-512-STD",
    right: "EC25AFAR05A07M4G_30.005.30.005",
    wrong: "EC25EFAR06A11M4G_01.001.01.001",
  },
  {
    label: "EC25EFA-512-STD",
    right: "EC25EFAR06A17M4G_20.200.20.200",
    wrong: "EC25EUGAR06A07M4G_01.001.01.001",
  },
  { label: "EC25AFFA-512-SGAS", right: "EC25AFFAR07A14M4G", wrong: "EC25AFAR05A07M4G" },
];
const SELECT = 'select((.label | split("-")[0]) as $code | .revision | startswith($code + "R") | not)';

/** Prints the figures; true when both goals are met. */
export async function bench({ runs = 5 }) {
  if (spawnSync("jq", ["--version"]).status !== 0)
    throw new Error("this bench needs jq (apt-get install jq)");
  const directory = mkdtempSync(join(tmpdir(), "ecflash-bench-"));
  try {
    const [some, all] = [join(directory, "some.ndjson"), join(directory, "all.ndjson")];
    await write(some, RECORDS / 10);
    await write(all, RECORDS);
    const check = (file) => [
      process.execPath,
      ECFLASH,
      "check",
      "--from",
      file,
      "--format",
      "ndjson",
      "--only",
      "mismatch",
    ];
    const jq = { name: "jq", runs: [] };
    const ecflash = { name: "ecflash check", runs: [] };
    await measure(check(all), [MISMATCH_EXIT]); // not counted: fills the file cache
    for (let run = 0; run < runs; run += 1) {
      jq.runs.push(await measure(["jq", "-c", SELECT, all]));
      ecflash.runs.push(await measure(check(all), [MISMATCH_EXIT]));
    }
    prove(jq.runs[0], ecflash.runs[0]);
    for (const { name, runs: done } of [jq, ecflash]) {
      console.log(
        line(
          name,
          done.map(({ ms }) => ms),
        ),
      );
      console.log(
        line(
          `${name}, CPU`,
          done.map(({ cpuMs }) => cpuMs),
        ),
      );
    }
    const ratio = medianOf(jq, "ms") / medianOf(ecflash, "ms");
    const fewer = (await measure(check(some), [MISMATCH_EXIT])).peakMb;
    const peak = medianOf(ecflash, "peakMb");
    const fast = tell(`${RECORDS} records: ecflash is`, ratio, ">=", SPEED_GOAL, "times as fast as jq");
    console.log(
      `peak memory: ecflash ${peak.toFixed(0)} MB, ${fewer.toFixed(0)} MB for a tenth; jq ${medianOf(jq, "peakMb").toFixed(0)} MB`,
    );
    const flat = tell("ten times the records need", peak / fewer, "<=", MEMORY_GOAL, "times the memory");
    return fast && flat;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Both must have told of the same number of records, and ecflash must have judged all. */
function prove(selected, judged) {
  const wrong = RECORDS / WRONG_EVERY;
  if (selected.lines !== wrong) throw new Error(`jq selected ${selected.lines} records, ${wrong} are wrong`);
  const told = judged.lines - 1;
  if (told !== wrong) throw new Error(`ecflash told of ${told} records, ${wrong} are wrong`);
}

function tell(what, ratio, relation, goal, of) {
  const met = relation === "<=" ? ratio <= goal : ratio >= goal;
  console.log(`${what} ${ratio.toFixed(2)} ${of}, goal ${relation} ${goal}: ${met ? "met" : "missed"}`);
  return met;
}

function medianOf({ runs }, key) {
  return median(runs.map((run) => run[key]));
}

async function write(path, count) {
  const file = createWriteStream(path);
  let text = "";
  for (let n = 0; n < count; n += 1) {
    const { label, right, wrong } = FLEET[n % FLEET.length];
    const isWrong = n % WRONG_EVERY === 7;
    const imei = `00000000${String(n).padStart(7, "0")}`;
    const record = {
      host: `site-${n}`,
      imei,
      revision: isWrong ? wrong : right,
      label,
      cfun: isWrong ? 7 : 1,
      rssi: -60 - (n % 40),
    };
    text += `${JSON.stringify(record)}\n`;
    if (text.length < 1_000_000) continue;
    if (!file.write(text)) await once(file, "drain");
    text = "";
  }
  file.end(text);
  await once(file, "close");
}
