import { type Command, Option } from "commander";
import { readDeclarations } from "../../core/declaration.js";
import type { Facts } from "../../core/facts.js";
import type { CheckOptions } from "../../flow/check.js";
import { diagnoseBus, type DiagnoseResult, diagnoseTexts } from "../../flow/diagnose.js";
import { writeEvidence } from "../../flow/evidence-file.js";
import { textInputs } from "../../flow/text-inputs.js";
import { compose, type ModuleOptions } from "../compose.js";
import type { Environment } from "../environment.js";
import { type FleetFlags, fleetOf, withInventory } from "../fleet-options.js";
import { withFrom } from "../from-option.js";
import { configOf, factsOf, modesOf } from "../knowledge.js";
import { tellUnanswered } from "../meet.js";
import { withDeclaration, withModule, withRecord, withReplay, withWaits } from "../options.js";
import { refuseSharedOutput } from "../output-apart.js";
import type { Act } from "../act.js";
import { tellWait } from "../watch-check.js";

type Format = "text" | "markdown" | "json";

interface Options extends ModuleOptions, FleetFlags {
  readonly from?: readonly string[];
  readonly label?: string;
  readonly variant?: string;
  readonly wait?: number;
  readonly timeout?: number;
  readonly output?: string;
  readonly format: Format;
}

export function addDiagnose(program: Command, act: Act): void {
  const command = withFrom(program.command("diagnose"), "diagnose")
    .description(
      "ask the module what support would ask, and tell where the cause is: firmware, SIM, antenna ...",
    )
    .addOption(
      new Option("--format <format>", "output")
        .choices(["text", "markdown", "json"])
        .default("text")
        .env("ECFLASH_FORMAT"),
    )
    .addOption(
      new Option(
        "--output <file>",
        "write it there, whole or not at all, as evidence for an RMA; - is standard output",
      ).env("ECFLASH_OUTPUT"),
    );
  withDeclaration(withInventory(withReplay(withRecord(withModule(withWaits(command)))))).action(act(run));
}

async function run(environment: Environment, options: Options): Promise<number> {
  await refuseSharedOutput(options.output, options);
  const result =
    options.from === undefined
      ? await diagnoseLive(environment, options)
      : await diagnoseFiles(environment, options.from, options);
  const { diagnosisText } = await import("../../ui/diagnosis-text.js");
  const { out } = environment;
  if (options.output === undefined) {
    out.write(await rendered(environment, result, options.format, out));
  } else {
    await writeEvidence(
      options.output,
      await rendered(environment, result, options.format, { isTTY: false }),
    );
    const { shown } = await import("../../ui/escape.js");
    out.write(`${diagnosisText(result, out)}\nWritten to ${shown(options.output)}\n`);
  }
  return result.exit;
}

async function rendered(
  { now, version }: Environment,
  result: DiagnoseResult,
  format: Format,
  terminal: { readonly isTTY: boolean },
): Promise<string> {
  if (format === "text") return (await import("../../ui/diagnosis-text.js")).diagnosisText(result, terminal);
  const { diagnosisDocument } = await import("../../ui/diagnosis-json.js");
  const document = diagnosisDocument(result, { made: now(), by: `ecflash ${version}` });
  if (format === "markdown")
    return (await import("../../ui/diagnosis-markdown.js")).diagnosisMarkdown(document);
  return `${(await import("../../ui/escape.js")).jsonText(document, 2)}\n`;
}

async function diagnoseLive(environment: Environment, options: Options): Promise<DiagnoseResult> {
  const composed = await compose(environment, options);
  try {
    const context = composed.withEmit(() => undefined);
    const wanted = await diagnoseOptions(environment, options, context.facts);
    const result = await diagnoseBus(context, wanted);
    await tellUnanswered(environment, composed.unanswered());
    return result;
  } finally {
    await composed.dispose();
  }
}

async function diagnoseFiles(
  environment: Environment,
  paths: readonly string[],
  options: Options,
): Promise<DiagnoseResult> {
  const config = await configOf(environment, options);
  const [facts, modes, inputs] = await Promise.all([
    factsOf(config),
    modesOf(config),
    textInputs(paths, process.stdin),
  ]);
  return diagnoseTexts(inputs, { facts, modes }, await diagnoseOptions(environment, options, facts));
}

async function diagnoseOptions(
  environment: Environment,
  options: Options,
  facts: Facts,
): Promise<CheckOptions> {
  return {
    declarations: readDeclarations(options, facts),
    fleet: await fleetOf(environment, options, facts),
    portPath: options.port,
    waitMs: options.wait,
    timeoutMs: options.timeout,
    told: tellWait(environment),
  };
}
