/**
 * `npm run test:guest [-- NAME...]`: programs that know nothing of ecflash, on a stock kernel, against the virtual module.
 * Skips with one line where a tool is missing; with ECFLASH_REQUIRE_TOOLS=1 that is a failure.
 */
import { readdirSync } from "node:fs";
import { prepareKernel } from "./kernel.js";
import { boot } from "./machine.js";
import { Stage } from "./stage.js";
import { missingTools } from "./tools.js";

process.exitCode = await main(process.argv.slice(2));

async function main(wanted) {
  const missing = missingTools();
  if (missing !== null) {
    const required = process.env.ECFLASH_REQUIRE_TOOLS === "1";
    say(`${required ? "required" : "skipped"}: ${missing}`);
    return required ? 1 : 0;
  }
  const names = scenarioNames().filter(
    (name) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  if (names.length === 0) {
    say(`no scenario is called ${wanted.join(" or ")}; there are ${scenarioNames().join(", ")}`);
    return 2;
  }
  const kernel = prepareKernel(say);
  const began = performance.now();
  const machine = await boot(kernel);
  say(`booted Linux ${kernel.version} in ${seconds(machine.bootMs)}`);
  const rows = [];
  let failures = 0;
  try {
    for (const name of names) failures += (await play(name, machine, rows)) ? 0 : 1;
  } finally {
    await machine.close();
  }
  printTable(rows);
  say(
    `${names.length - failures} of ${names.length} scenarios green in ${seconds(performance.now() - began)}`,
  );
  return failures === 0 ? 0 : 1;
}

/** In the order of their names, which begin with a number. */
function scenarioNames() {
  const files = readdirSync(new URL("scenarios/", import.meta.url)).filter((file) => file.endsWith(".js"));
  return files.map((file) => file.slice(0, -".js".length)).sort();
}

async function play(name, machine, rows) {
  const { title, world, run } = await import(new URL(`scenarios/${name}.js`, import.meta.url));
  const began = performance.now();
  const stage = new Stage(name, machine, rows);
  try {
    await stage.open(world);
    await run(stage);
    await stage.close();
    say(`ok    ${name}: ${title} (${seconds(performance.now() - began)})`);
    return true;
  } catch (error) {
    say(`FAIL  ${name}: ${title} (${seconds(performance.now() - began)})`);
    say(indented(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    say(indented(await stage.autopsy()));
    return false;
  }
}

function printTable(rows) {
  const width = (key) => Math.max(...rows.map((row) => row[key].length), 0);
  const [program, version] = [width("program"), width("version")];
  say("");
  for (const row of rows) say(`${row.program.padEnd(program)}  ${row.version.padEnd(version)}  ${row.did}`);
}

function indented(text) {
  return text.replace(/^/gm, "      ");
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

function say(text) {
  process.stdout.write(`${text}\n`);
}
