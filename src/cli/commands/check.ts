import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { readDeclarations } from "../../core/declaration.js";
import { EcflashError } from "../../core/errors.js";
import { type CheckOptions, type CheckResult, checkBus } from "../../flow/check.js";
import { collect } from "../../flow/check-stream.js";
import { checkTexts } from "../../flow/check-texts.js";
import { exitOf } from "../../core/verdict.js";
import { loadFacts } from "../../manifest/load.js";
import { compose, type ModuleOptions } from "../compose.js";
import type { Environment } from "../environment.js";
import { tellUnanswered } from "../meet.js";
import { withDeclaration, withFormat, withModule, withOutput, withRecord, withReplay } from "../options.js";
import { type RenderOptions, renderCheck } from "../render-check.js";
import { CHECK_FORMATS } from "../../ui/check-formats.js";
import type { Act } from "../act.js";

interface Options extends ModuleOptions, RenderOptions {
  readonly from?: readonly string[];
  readonly label?: string;
  readonly variant?: string;
  readonly requireRelease?: string;
  readonly strict: boolean;
  readonly allowUnknown: boolean;
}

export function addCheck(program: Command, act: Act): void {
  const command = program
    .command("check")
    .description("tell whether the firmware belongs to the hardware")
    .option("--from <file...>", "judge captured text instead of a module; - reads standard input")
    .option("--require-release <revision>", "exit 12 unless this release runs")
    .option("--strict", "modules that are not supported are undecided (11), not passed over", false)
    .option("--explain", "text in its long form: both sides, weights, what the verdict means", false)
    .option("--allow-unknown", "exit 0 when nothing is declared and nothing contradicts", false);
  withOutput(withFormat(withDeclaration(withReplay(withRecord(withModule(command)))), CHECK_FORMATS)).action(
    act(run),
  );
}

async function run(environment: Environment, options: Options): Promise<number> {
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
    const result = await checkBus(context, checkOptions(options, readDeclarations(options, context.facts)));
    await tellUnanswered(environment, composed.unanswered());
    return result;
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
  const { requireRelease, strict, allowUnknown, port } = options;
  return { declarations, requiredRelease: requireRelease, strict, allowUnknown, portPath: port };
}

async function readText(path: string): Promise<string> {
  try {
    return path === "-" ? await text(process.stdin) : await readFile(path, "utf8");
  } catch (error) {
    throw new EcflashError("input-unreadable", { path, reason: (error as Error).message }, { cause: error });
  }
}
