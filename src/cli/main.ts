import { readFileSync } from "node:fs";
import { EXIT } from "../core/exits.js";
import { processEnvironment } from "./environment.js";
import { runProgram } from "./program.js";

/** The reader went away (`ecflash check | head`) or the terminal did: never a reason to stop a write; the run log has all. */
const GONE: readonly (string | undefined)[] = ["EPIPE", "EIO"];
let unwritten: Error | null = null;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (!GONE.includes(error.code)) unwritten ??= error;
  });
}
// A full disk under `> report.json` shows only after the last write; an answer nobody got is no 0.
process.once("exit", (code) => {
  if (unwritten === null || code !== EXIT.done) return;
  process.exitCode = EXIT.bug;
  process.stderr.write(`The output could not be written: ${unwritten.message}\n`);
});

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};
process.exitCode = await runProgram(process.argv.slice(2), processEnvironment(version), version);
