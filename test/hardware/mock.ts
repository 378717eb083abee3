import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const DIST = new URL("../../dist/", import.meta.url);
const FIXTURES = new URL("../../fixtures/umockdev/", import.meta.url);

export interface ChildRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What replays: an ioctl tape for a usbfs node, or a script for a serial port. */
export interface Replay {
  readonly option: "--ioctl" | "--script";
  readonly node: string;
  readonly text: string;
}

/**
 * Runs one of the `*-child.ts` of this folder under umockdev, against the device of `fixtures/umockdev/`. The mock lives
 * in a preloaded library, so only a program started under it sees the device; the child runs what `npm run build` made.
 */
export async function runUnderMock(child: string, device: string, replay: Replay): Promise<ChildRun> {
  if (!existsSync(DIST)) throw new Error("dist/ is missing: use `npm test`, which builds first");
  const directory = await mkdtemp(join(tmpdir(), "ecflash-mock-"));
  try {
    const tape = join(directory, "replay");
    await writeFile(tape, replay.text);
    const program = await compile(child, directory);
    const description = fileURLToPath(new URL(device, FIXTURES));
    return await run("umockdev-run", [
      ...["--device", description, replay.option, `${replay.node}=${tape}`],
      ...["--", process.execPath, program],
    ]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The child without its types, its imports of `src/` led to `dist/`. */
async function compile(child: string, directory: string): Promise<string> {
  const source = await readFile(new URL(child, import.meta.url), "utf8");
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
    },
  });
  const program = join(directory, "child.mjs");
  await writeFile(program, outputText.replaceAll('"../../src/', `"${DIST.href}`));
  return program;
}

function run(program: string, args: readonly string[]): Promise<ChildRun> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 15_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}
