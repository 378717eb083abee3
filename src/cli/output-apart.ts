import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { EcflashError } from "../core/errors.js";
import { textInputs } from "../flow/text-inputs.js";

/** The options of a command that name what it reads, or writes beside its output. */
export interface Beside {
  readonly from?: readonly string[] | undefined;
  readonly record?: string | undefined;
  readonly replay?: string | undefined;
  readonly inventory?: string | undefined;
  readonly policy?: string | undefined;
  readonly config?: string | undefined;
}

const FILES = ["record", "replay", "inventory", "policy", "config"] as const;

/**
 * Refuses an output in place of a file that the same command reads or records to, by whatever links and names: the report
 * would replace the evidence. A device or FIFO is never replaced, so a terminal may be both. Throws `usage`.
 */
export async function refuseSharedOutput(output: string | undefined, options: Beside): Promise<void> {
  if (output === undefined) return;
  if (isNoFile(output)) return;
  const target = realPlace(output);
  for (const name of FILES) {
    const path = options[name];
    if (path !== undefined && realPlace(path) === target) throw shared(output, `--${name} ${path}`);
  }
  for (const path of options.from ?? []) {
    // Whoever reads the input tells what is wrong with it; no input of that path can be lost.
    const inputs = path === "-" ? [] : await textInputs([path], process.stdin).catch(() => []);
    if (inputs.some((input) => realPlace(input.path) === target)) throw shared(output, `--from ${path}`);
  }
}

/** What cannot be looked at is not there yet, or is for the write to complain of. */
function isNoFile(path: string): boolean {
  try {
    return !statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Where a file is, or would be made: the folder's real place where nothing has the name yet. */
function realPlace(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return madeAt(path);
  }
}

function madeAt(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

function shared(output: string, other: string): EcflashError<"usage"> {
  return new EcflashError("usage", { detail: `--output ${output} would replace the file of ${other}.` });
}
