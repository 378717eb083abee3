import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawn as spawnOnTerminal } from "@lydell/node-pty";
import { describe, expect, it } from "vitest";
import { haveTool } from "../../hardware/tools.js";
import { BINARY, PATIENT_MS, TestHost } from "../binary.js";

const host = new TestHost();
/** A directory with `ecflash` on the path and files to complete. */
const bin = join(host.directory, "bin");
mkdirSync(bin);
writeFileSync(join(bin, "ecflash"), `#!/bin/sh\nexec '${process.execPath}' '${BINARY}' "$@"\n`);
chmodSync(join(bin, "ecflash"), 0o755);
writeFileSync(join(host.directory, "unit 7.txt"), "");
const env = { ...host.environment, PATH: `${bin}:${host.environment["PATH"] ?? ""}`, TERM: "dumb" };

const run = (shell: string, args: readonly string[]) =>
  execFileSync(shell, args, { cwd: host.directory, env, encoding: "utf8" }).split("\n").filter(Boolean);

/** What a line is completed to: the last word that is typed, and all that the shell offers for it. */
const OFFERS = [
  [
    ["check", "--format", "j"],
    ["json", "junit"],
  ],
  [["check", "--requ"], ["--require-release"]],
  [["rec"], ["recover"]],
  [["sim", "power"], ["power-cycle"]],
  [["sim", "power-cycle", "heal"], ["healthy"]],
  [
    ["check", "--label", "EC25AF"],
    ["EC25AFA", "EC25AFFA", "EC25AFFD", "EC25AFXGA"],
  ],
  [
    ["check", "--variant", "EC25-AF"],
    ["EC25-AF", "EC25-AFX", "EC25-AFXD"],
  ],
  [["check", "--sim", "wrong"], ["wrong-variant"]],
  [
    ["completion", ""],
    ["bash", "fish", "zsh"],
  ],
  [["check", "--from", "unit"], ["unit 7.txt"]],
  [["check", "--from", "$(touch owned)"], []],
] as const;

/** What stands on the terminal: without sequences and bells, and with what a backspace went over replaced. */
function asSeen(text: string): string {
  let seen = "";
  for (const char of text.replace(/\u001b\[[\d;?]*[a-zA-Z]|\u0007/g, ""))
    seen = char === "\b" ? seen.slice(0, -1) : seen + char;
  return seen;
}

/** Two starts of a shell and of ecflash on a busy machine; a shell that is silent longer is ended. */
const ONE_TAB_MS = 60_000;

/** Types a line with a tab at its end into an interactive shell, and waits for what the shell makes of it. */
async function tab(shell: string, args: readonly string[], setup: string, line: string, wanted: string) {
  const pty = spawnOnTerminal(shell, [...args], { cwd: host.directory, env, cols: 200, rows: 40 });
  let text = "";
  let heard: () => void = () => undefined;
  pty.onData((more) => {
    text += more;
    heard();
  });
  let over = false;
  pty.onExit(() => {
    over = true;
    heard();
  });
  const limit = setTimeout(() => pty.kill("SIGKILL"), ONE_TAB_MS);
  const shows = async (part: string) => {
    while (!asSeen(text).includes(part)) {
      if (over) throw new Error(`${shell} never showed ${part}:\n${text}`);
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  try {
    pty.write(`${setup}; echo rea''dy\r`);
    await shows("ready");
    pty.write(`${line}\t`);
    await shows(wanted);
  } finally {
    clearTimeout(limit);
    pty.kill("SIGKILL");
  }
}

describe.runIf(haveTool("bash", "bash")).concurrent("bash", { timeout: PATIENT_MS }, () => {
  const offered = (line: readonly string[]) => {
    const script = `source <(ecflash completion bash); COMP_WORDS=(ecflash "$@"); COMP_CWORD=$#; _ecflash; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return run("bash", ["--norc", "-c", script, "bash", ...line]).sort();
  };

  it.each(OFFERS)("ecflash %j", (line, offers) => {
    expect(offered(line)).toEqual([...offers].sort());
  });

  it("evaluates nothing of the line", () => {
    const line = ["check", "--from", "$(touch owned)", "--format", "`touch owned`"];
    expect(offered(line)).toEqual([]);
    expect(existsSync(join(host.directory, "owned"))).toBe(false);
  });

  it("completes on a terminal, also behind the sign and a name with a blank", async () => {
    const setup = "source <(ecflash completion bash)";
    const args = ["--norc", "--noprofile", "-i"];
    await tab("bash", args, setup, "ecflash check --format=pro", "--format=prometheus ");
    await tab("bash", args, setup, "ecflash check --from un", "--from unit\\ 7.txt ");
  });
});

describe.runIf(haveTool("zsh", "zsh")).concurrent("zsh", { timeout: PATIENT_MS }, () => {
  const setup = "autoload -Uz compinit; compinit -u -D; source <(ecflash completion zsh)";
  it.each([
    ["ecflash check --format pro", "--format prometheus "],
    ["ecflash check --format=pro", "--format=prometheus "],
    ["ecflash reco", "ecflash recover "],
    ["ecflash check --requ", "--require-release "],
    ["ecflash check --sim wrong", "--sim wrong-variant "],
    ["ecflash check --label EC25AFX", "--label EC25AFXGA "],
    ["ecflash check --from un", "--from unit\\ 7.txt "],
  ])("%s", async (line, wanted) => {
    await tab("zsh", ["-f", "-i"], setup, line, wanted);
  });
});

describe.runIf(haveTool("fish", "fish")).concurrent("fish", { timeout: PATIENT_MS }, () => {
  it.each(OFFERS)("ecflash %j", (line, offers) => {
    const quoted = line.map((word) =>
      word.replace(/[$()]/g, "\\$&").replace("\\(touch owned\\)", "\\(touch\\ owned\\)"),
    );
    const script = `ecflash completion fish | source; complete -C '${["ecflash", ...quoted].join(" ")}'`;
    const found = run("fish", ["--no-config", "-c", script]).map((row) => row.split("\t")[0]);
    expect(found.sort()).toEqual([...offers].sort());
  });

  it("keeps the option before the sign", () => {
    const script = `ecflash completion fish | source; complete -C 'ecflash check --format=pro'`;
    expect(run("fish", ["--no-config", "-c", script])).toEqual(["--format=prometheus"]);
  });
});
