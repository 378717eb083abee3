import type { CheckStream } from "../../../flow/check-stream.js";
import { checkTexts } from "../../../flow/check-texts.js";
import { textInputs } from "../../../flow/text-inputs.js";
import type { CheckRenderer, CheckSummary } from "../../../ui/check-renderer.js";
import type { Environment } from "../../environment.js";
import { configOf, factsOf, modesOf, policyOf } from "../../knowledge.js";
import { type CheckFlags, wishOf } from "./options.js";

/** Judges captured texts, each told as it is judged. */
export async function tellFiles(
  environment: Environment,
  paths: readonly string[],
  flags: CheckFlags,
  renderer: CheckRenderer,
): Promise<CheckSummary> {
  const config = await configOf(environment, flags);
  const facts = await factsOf(config);
  const policy = await policyOf(config, flags, facts);
  const [modes, inputs] = await Promise.all([modesOf(config), textInputs(paths, process.stdin)]);
  const wish = await wishOf(environment, flags, facts, policy);
  return tellAsJudged(renderer, checkTexts(inputs, { facts, modes }, wish));
}

async function tellAsJudged(renderer: CheckRenderer, stream: CheckStream): Promise<CheckSummary> {
  for await (const batch of stream) {
    for (const item of batch) {
      if (item.kind === "failure") renderer.failure(item);
      else renderer.record(item.judgement, item.exit);
    }
  }
  return stream.end();
}
