/** `npm run bench -- NAME [--enforce] [--runs N]`: prints figures; with --enforce a missed goal is exit 1. */
import { readdirSync } from "node:fs";

/** Files beside the benches that are parts of them. */
const PARTS = ["figures", "at-loop", "measured", "package-run"];

const [name, ...args] = process.argv.slice(2);
const known = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".js") && file !== "run.js")
  .map((file) => file.slice(0, -".js".length))
  .filter((part) => !PARTS.includes(part));

if (name === undefined || !known.includes(name)) {
  console.error(`usage: npm run bench -- ${known.join("|")} [--enforce] [--runs N]`);
  process.exitCode = 2;
} else {
  const { bench } = await import(new URL(`${name}.js`, import.meta.url));
  const met = await bench({ runs: runsOf(args) });
  if (!met && args.includes("--enforce")) process.exitCode = 1;
}

/** Undefined where nothing was asked for: each bench knows how many runs it needs. */
function runsOf(args) {
  const at = args.indexOf("--runs");
  if (at < 0) return undefined;
  const runs = Number(args[at + 1]);
  if (!Number.isInteger(runs) || runs < 1) throw new Error("--runs takes a whole number, at least 1");
  return runs;
}
