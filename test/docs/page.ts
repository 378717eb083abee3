import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BINARY, REPOSITORY, TestHost } from "../cli/binary.js";

/** A page of the documentation whose commands are run as they stand there, each with the exit that is written behind it. */
export class Page {
  readonly text: string;
  readonly commands: readonly { readonly line: string; readonly exit: number }[];
  readonly #host = new TestHost();

  constructor(name: string) {
    this.text = readFileSync(join(REPOSITORY, "docs", name), "utf8");
    this.commands = [...this.text.matchAll(/^(ecflash .*?) +# exits (\d+)$/gm)].map(
      ([, line = "", exit = ""]) => ({ line, exit: Number(exit) }),
    );
    writeFileSync(this.at("ecflash"), `#!/bin/sh\nexec '${process.execPath}' '${BINARY}' "$@"\n`);
    chmodSync(this.at("ecflash"), 0o755);
  }

  /** All lines that are commands, also those without an exit. */
  get commandLines(): number {
    return [...this.text.matchAll(/^ecflash /gm)].length;
  }

  /** A file in the folder that the commands run in. */
  at(name: string): string {
    return join(this.#host.directory, name);
  }

  run(line: string) {
    const { directory, environment } = this.#host;
    const env = { ...environment, PATH: `${directory}:${environment["PATH"] ?? ""}` };
    return spawnSync("sh", ["-c", line], { cwd: directory, env, encoding: "utf8" });
  }
}
