import { readFileSync } from "node:fs";
import { processEnvironment } from "./environment.js";
import { runProgram } from "./program.js";

/** `ecflash check | head`: the reader went away, which is no failure of ours. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};
process.exitCode = await runProgram(process.argv.slice(2), processEnvironment(), version);
