import { hostname } from "node:os";
import { join } from "node:path";
import type { Emit } from "../core/events.js";
import type { Output } from "../ui/view.js";

/** What the process gives: streams, environment, signals. Only `cli` touches it. */
export interface Environment {
  readonly out: Output;
  readonly err: Output;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly isRoot: boolean;
  readonly hostName: string;
  /** Of ecflash, for what is written down as evidence. */
  readonly version: string;
}

/** What this process gives. Call it before the command line is read: commander looks into `process.env` by itself. */
export function processEnvironment(version: string): Environment {
  forgetEmptyVariables(process.env);
  return {
    out: outputOf(process.stdout),
    err: outputOf(process.stderr),
    variables: process.env,
    now: () => new Date(),
    isRoot: process.getuid?.() === 0,
    hostName: hostname(),
    version,
  };
}

/** `ECFLASH_PORT= ecflash ...` is how a shell takes a variable away for one command: an empty one counts as unset. */
export function forgetEmptyVariables(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables))
    if (name.startsWith("ECFLASH_") && value?.trim() === "") Reflect.deleteProperty(variables, name);
}

/** `isTTY` is undefined on a pipe, whatever its declared type says. */
function outputOf(stream: Omit<NodeJS.WriteStream, "isTTY"> & { readonly isTTY?: boolean }): Output {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY ?? false,
    // `script` gives 0 columns, and listr2 then prints a character a line (packages.md 1.3).
    columns: stream.isTTY ? stream.columns : 0,
  };
}

/** Where records and packages are kept: `ECFLASH_STATE_DIR` and `ECFLASH_CACHE_DIR`, else the platform's directories. */
export async function directories(
  { variables }: Environment,
  config: { stateDir?: string | undefined; cacheDir?: string | undefined },
): Promise<{ stateDir: string; cacheDir: string; configPath: string }> {
  const { default: envPaths } = await import("env-paths");
  const paths = envPaths("ecflash", { suffix: "" });
  return {
    stateDir: variables["ECFLASH_STATE_DIR"] ?? config.stateDir ?? paths.log,
    cacheDir: variables["ECFLASH_CACHE_DIR"] ?? config.cacheDir ?? paths.cache,
    configPath: variables["ECFLASH_CONFIG"] ?? join(paths.config, "ecflash.json"),
  };
}

/** Sends every event to all. */
export function tee(...sinks: readonly Emit[]): Emit {
  return (event) => {
    for (const sink of sinks) sink(event);
  };
}
