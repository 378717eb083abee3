import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { readDeclarations } from "../../core/declaration.js";
import { EcflashError } from "../../core/errors.js";
import { type CheckOptions, type CheckResult, checkBus } from "../../flow/check.js";
import { collect } from "../../flow/check-stream.js";
import { checkTexts } from "../../flow/check-texts.js";
import { exitOf } from "../../core/verdict.js";
import { loadFacts } from "../../manifest/load.js";
import { compose, type ModuleOptions } from "../compose.js";
import type { Environment } from "../environment.js";
import { flag } from "../flags.js";
import { tellUnanswered } from "../meet.js";
import {
  withDeclaration,
  withFormat,
  withModule,
  withOutput,
  withRecord,
  withReplay,
  withWaits,
} from "../options.js";
import { type RenderOptions, renderCheck } from "../render-check.js";
import { CHECK_FORMATS, rendererOf } from "../../ui/check-formats.js";
import type { Act } from "../act.js";
import { tellWait, watchCheck } from "../watch-check.js";

interface Options extends ModuleOptions, RenderOptions {
  readonly from?: readonly string[];
  readonly label?: string;
  readonly variant?: string;
  readonly requireRelease?: string;
  readonly strict: boolean;
  readonly allowUnknown: boolean;
  /** Milliseconds, as the next. */
  readonly wait?: number;
  readonly timeout?: number;
  readonly watch: boolean;
}

export function addCheck(program: Command, act: Act): void {
  const command = program
    .command("check")
    .description("tell whether the firmware belongs to the hardware")
    .addOption(
      new Option("--from <file...>", "judge captured text instead of a module; - reads standard input").env(
        "ECFLASH_FROM",
      ),
    )
    .addOption(
      new Option("--require-release <revision>", "exit 12 unless this release runs").env(
        "ECFLASH_REQUIRE_RELEASE",
      ),
    )
    .addOption(
      flag(
        "--strict",
        "modules that are not supported are undecided (11), not passed over",
        "ECFLASH_STRICT",
      ),
    )
    .addOption(
      flag(
        "--explain",
        "text in its long form: both sides, weights, what the verdict means",
        "ECFLASH_EXPLAIN",
      ),
    )
    .addOption(
      flag(
        "--allow-unknown",
        "exit 0 when nothing is declared and nothing contradicts",
        "ECFLASH_ALLOW_UNKNOWN",
      ),
    )
    .addOption(
      flag("--watch", "judge each module when it is plugged in or restarts, until Ctrl-C", "ECFLASH_WATCH"),
    );
  withOutput(
    withFormat(withDeclaration(withReplay(withRecord(withModule(withWaits(command))))), CHECK_FORMATS),
  ).action(act(run));
}

async function run(environment: Environment, options: Options): Promise<number> {
  if (options.watch) return watch(environment, options);
  return renderCheck(environment, options, sourceOf(options), async (renderer) => {
    const { judgements, failures, exit } =
      options.from === undefined
        ? await checkLive(environment, options)
        : await checkFiles(options.from, options);
    for (const judgement of judgements) renderer.record(judgement, exitOf(judgement, options));
    for (const failure of failures) renderer.failure(failure);
    return exit;
  });
}

/** What was looked at, to name a failure of all by. */
function sourceOf({ from, port }: Options): string {
  return from?.join(", ") ?? port ?? "usb";
}

async function checkLive(environment: Environment, options: Options): Promise<CheckResult> {
  const composed = await compose(environment, options);
  try {
    const context = composed.withEmit(() => undefined);
    const told = tellWait(environment);
    const wanted = checkOptions(options, readDeclarations(options, context.facts));
    const result = await checkBus(context, { ...wanted, told });
    await tellUnanswered(environment, composed.unanswered());
    return result;
  } finally {
    await composed.dispose();
  }
}

/** Each module as it comes, where the format can tell one by itself; the others tell all at the end. */
async function watch(environment: Environment, options: Options): Promise<number> {
  if (options.from !== undefined)
    throw new EcflashError("usage", { detail: "--watch looks at modules; --from cannot be given with it." });
  if (options.output !== undefined)
    throw new EcflashError("usage", {
      detail: "--watch has no end to write a file at; --output cannot be given with it.",
    });
  const composed = await compose(environment, options);
  try {
    const context = composed.withEmit(() => undefined);
    const wanted = checkOptions(options, readDeclarations(options, context.facts));
    const make = await rendererOf(options.format);
    const renderer = make({ out: environment.out, now: environment.now(), explain: options.explain });
    renderer.begin();
    const exit = await watchCheck(environment, context, wanted, ({ judgements, failures }) => {
      for (const judgement of judgements) renderer.record(judgement, exitOf(judgement, options));
      for (const failure of failures) renderer.failure(failure);
    });
    renderer.end({ exit });
    return renderer.processExit?.(exit) ?? exit;
  } finally {
    await composed.dispose();
  }
}

async function checkFiles(paths: readonly string[], options: Options): Promise<CheckResult> {
  const facts = await loadFacts();
  const inputs = paths.map((path) => ({ path, read: () => readText(path) }));
  return collect(checkTexts(inputs, facts, checkOptions(options, readDeclarations(options, facts))));
}

function checkOptions(options: Options, declarations: CheckOptions["declarations"]): CheckOptions {
  const { requireRelease, strict, allowUnknown, port: portPath, wait, timeout } = options;
  return {
    declarations,
    requiredRelease: requireRelease,
    strict,
    allowUnknown,
    portPath,
    waitMs: wait,
    timeoutMs: timeout,
  };
}

async function readText(path: string): Promise<string> {
  try {
    return path === "-" ? await text(process.stdin) : await readFile(path, "utf8");
  } catch (error) {
    throw new EcflashError("input-unreadable", { path, reason: (error as Error).message }, { cause: error });
  }
}
