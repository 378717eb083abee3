import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { EcflashError } from "../../../core/errors.js";
import type { ExitCode } from "../../../core/exits.js";
import { exitOf } from "../../../core/verdict.js";
import type { CheckStream } from "../../../flow/check-stream.js";
import { checkTexts } from "../../../flow/check-texts.js";
import type { CheckRenderer } from "../../../ui/check-renderer.js";
import type { Environment } from "../../environment.js";
import { configOf, factsOf, policyOf } from "../../knowledge.js";
import { type CheckFlags, wishOf } from "./options.js";

/** Judges captured texts, each told as it is judged. */
export async function tellFiles(
  environment: Environment,
  paths: readonly string[],
  flags: CheckFlags,
  renderer: CheckRenderer,
): Promise<ExitCode> {
  const config = await configOf(environment, flags);
  const facts = await factsOf(config);
  const policy = await policyOf(config, flags, facts);
  const inputs = paths.map((path) => ({ path, read: () => readText(path) }));
  const wish = wishOf(flags, facts, policy);
  return tellAsJudged(renderer, checkTexts(inputs, facts, wish), flags);
}

async function tellAsJudged(
  renderer: CheckRenderer,
  stream: CheckStream,
  flags: CheckFlags,
): Promise<ExitCode> {
  for await (const batch of stream) {
    for (const item of batch) {
      if (item.kind === "failure") renderer.failure(item);
      else renderer.record(item.judgement, exitOf(item.judgement, flags));
    }
  }
  return stream.end().exit;
}

async function readText(path: string): Promise<string> {
  try {
    return path === "-" ? await text(process.stdin) : await readFile(path, "utf8");
  } catch (error) {
    throw new EcflashError("input-unreadable", { path, reason: (error as Error).message }, { cause: error });
  }
}
