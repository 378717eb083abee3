import { type Command, InvalidArgumentError, Option } from "commander";
import type { CacheRow } from "../../core/cache-report.js";
import { parseDurationMs } from "../../core/duration.js";
import { EcflashError } from "../../core/errors.js";
import { EXIT } from "../../core/exits.js";
import type { CachePlaces } from "../../flow/cache.js";
import { StopSwitch } from "../../flow/stop-switch.js";
import type { Act } from "../act.js";
import { directories, type Environment } from "../environment.js";
import { flag } from "../flags.js";
import { configOf, type KnowledgeOptions } from "../knowledge.js";
import { withConfig, withFormat } from "../options.js";
import { listenToSignals } from "../signals.js";

interface Options extends KnowledgeOptions {
  readonly format: string;
}

interface PruneOptions extends Options {
  readonly olderThan?: number;
  readonly partials: boolean;
  readonly broken: boolean;
  readonly dryRun: boolean;
}

export function addCache(program: Command, act: Act): void {
  const cache = program
    .command("cache")
    .description("the packages that were fetched, and whether they are good");
  withFormat(withConfig(cache.command("list")), ["text", "json"])
    .description("what is there, oldest use first, and which unfinished run needs it")
    .action(act(list));
  withFormat(withConfig(cache.command("verify")), ["text", "json"])
    .description("hash every archive and tree again; exit 5 when one is not good")
    .action(act(verify));
  withFormat(withConfig(cache.command("prune")), ["text", "json"])
    .description("remove what is old, partial or broken, but never what an unfinished run needs")
    .addOption(
      new Option("--older-than <age>", "what was last used before that, for example 90d")
        .argParser(ageMs)
        .env("ECFLASH_OLDER_THAN"),
    )
    .addOption(flag("--partials", "what was never fetched whole", "ECFLASH_PARTIALS"))
    .addOption(flag("--broken", "what verify finds fault with", "ECFLASH_BROKEN"))
    .addOption(flag("--dry-run", "only tell what would be removed", "ECFLASH_DRY_RUN"))
    .action(act(prune));
}

async function list(environment: Environment, options: Options): Promise<number> {
  const { listCache } = await import("../../flow/cache.js");
  return inCache(environment, options, async (places) => {
    await tell(environment, options, places, await listCache(places));
    return EXIT.done;
  });
}

async function verify(environment: Environment, options: Options): Promise<number> {
  const { verifyCache } = await import("../../flow/cache.js");
  return inCache(environment, options, async (places) => {
    const rows = await verifyCache(places);
    await tell(environment, options, places, rows);
    if (rows.length === 0) return EXIT.undecided;
    return rows.every(({ fault }) => fault === null) ? EXIT.done : EXIT.packageNotAcceptable;
  });
}

async function prune(environment: Environment, options: PruneOptions): Promise<number> {
  const { olderThan, partials, broken, dryRun } = options;
  if (olderThan === undefined && !partials && !broken)
    throw new EcflashError("usage", {
      detail: "prune must know what: give --older-than, --partials or --broken.",
    });
  const { pruneCache } = await import("../../flow/cache.js");
  return inCache(environment, options, async (places) => {
    const wishes = { olderThanMs: olderThan ?? null, partials, broken, dryRun, now: environment.now() };
    await tell(environment, options, places, await pruneCache(places, wishes), { pruned: true, dryRun });
    return EXIT.done;
  });
}

async function inCache(
  environment: Environment,
  options: Options,
  work: (places: CachePlaces) => Promise<number>,
): Promise<number> {
  const places = await directories(environment, await configOf(environment, options));
  const stop = new StopSwitch();
  const off = listenToSignals(stop);
  try {
    return await work({ ...places, signal: stop.signal });
  } finally {
    off();
  }
}

async function tell(
  { out }: Environment,
  { format }: Options,
  { cacheDir }: CachePlaces,
  rows: readonly CacheRow[],
  { pruned, dryRun } = { pruned: false, dryRun: false },
): Promise<void> {
  const { cacheJson, cacheText } = await import("../../ui/cache.js");
  const told = { cacheDir, rows, pruned, dryRun };
  out.write(format === "json" ? cacheJson(told) : cacheText(told));
}

function ageMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms === null) throw new InvalidArgumentError("an age, for example 90d or 12h");
  return ms;
}
