/**
 * `npm run fuzz [-- --inputs N] [--parser NAME] [--seed N]`: 100,000 inputs for every parser of captured texts and of
 * packages, made of real texts by a seed. None may crash, hang or read what is not there. An input that fails is printed, to become a test.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { inputFrom, seeds } from "./inputs.js";
import { orRefuses, PACKAGE_PARSERS } from "./packages.js";
import { PARSERS } from "./parsers.js";
import { random } from "./random.js";

/** A hang shows as this limit; a run takes about a minute. */
const LIMIT_MS = 15 * 60_000;
const CHILD = "ECFLASH_FUZZ_CHILD";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "100000" },
    parser: { type: "string" },
    seed: { type: "string", default: "25" },
  },
});

if (process.env[CHILD] === undefined) {
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawnSync(process.execPath, args, {
    stdio: "inherit",
    timeout: LIMIT_MS,
    env: { ...process.env, [CHILD]: "1" },
  });
  if (child.error !== undefined) console.error(`the fuzz did not end: ${child.error.message}`);
  process.exitCode = child.status ?? 1;
} else {
  const texts = seeds();
  const parsers = {
    ...Object.fromEntries(Object.entries(PARSERS).map(([name, parse]) => [name, { parse, texts }])),
    ...Object.fromEntries(
      Object.entries(PACKAGE_PARSERS).map(([name, one]) => [name, { ...one, parse: orRefuses(one.parse) }]),
    ),
  };
  const names = Object.keys(parsers).filter((name) => values.parser === undefined || name === values.parser);
  if (names.length === 0) throw new Error(`no such parser; there are ${Object.keys(parsers).join(", ")}`);
  const inputs = Number(values.inputs);
  if (!Number.isInteger(inputs) || inputs < 1) throw new Error("--inputs takes a whole number, at least 1");
  // A parser that waits for ever ends the process here, with this.
  process.exitCode = 1;
  let isWhole = true;
  for (const name of names) isWhole = (await fuzz(name, inputs, parsers[name])) && isWhole;
  process.exitCode = isWhole ? 0 : 1;
  if (isWhole) console.log(`${names.length} parsers, ${inputs} inputs each: none crashed, none hung`);
}

/** Every parser of captured texts is given the same inputs. False where one failed. */
async function fuzz(name, inputs, { parse, texts }) {
  const rng = random(Number(values.seed));
  const start = performance.now();
  for (let number = 0; number < inputs; number += 1) {
    const text = inputFrom(texts, rng);
    try {
      await parse(text);
    } catch (error) {
      console.error(
        `${name}, input ${number} of seed ${values.seed}: ${error.stack}\n${JSON.stringify(text)}`,
      );
      return false;
    }
  }
  console.log(`${name.padEnd(16)} ${inputs} inputs in ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return true;
}
