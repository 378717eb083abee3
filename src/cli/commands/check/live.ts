import { checkBus, type CheckOptions, type CheckResult, exitOfOne } from "../../../flow/check.js";
import type { CheckRenderer, CheckSummary } from "../../../ui/check-renderer.js";
import { compose, type Composed } from "../../compose.js";
import type { Environment } from "../../environment.js";
import { policyOf } from "../../knowledge.js";
import { tellUnanswered } from "../../meet.js";
import { tellWait, watchCheck } from "../../watch-check.js";
import { type CheckFlags, wishOf } from "./options.js";

/** Reads and judges what is on the bus now, or comes in the time that was given. */
export async function tellLive(
  environment: Environment,
  flags: CheckFlags,
  renderer: CheckRenderer,
): Promise<CheckSummary> {
  const composed = await compose(environment, flags);
  try {
    const { context, wish } = await asked(environment, composed, flags);
    const result = await checkBus(context, { ...wish, told: tellWait(environment) });
    await tellUnanswered(environment, composed.unanswered());
    tell(renderer, result, wish);
    return result;
  } finally {
    await composed.dispose();
  }
}

/** Reads and judges modules as they come, each told at once where the format can tell one by itself. */
export async function tellWatched(
  environment: Environment,
  flags: CheckFlags,
  renderer: CheckRenderer,
): Promise<CheckSummary> {
  const composed = await compose(environment, flags);
  try {
    const { context, wish } = await asked(environment, composed, flags);
    return await watchCheck(environment, context, wish, (news) => tell(renderer, news, wish));
  } finally {
    await composed.dispose();
  }
}

async function asked(environment: Environment, composed: Composed, flags: CheckFlags) {
  const context = composed.withEmit(() => undefined);
  const policy = await policyOf(composed.config, flags, context.facts);
  return { context, wish: await wishOf(environment, flags, context.facts, policy) };
}

function tell(
  renderer: CheckRenderer,
  { judgements, failures }: Pick<CheckResult, "judgements" | "failures">,
  wish: CheckOptions,
): void {
  for (const judgement of judgements) {
    if (wish.only === undefined || wish.only.includes(judgement.verdict))
      renderer.record(judgement, exitOfOne(judgement, wish));
  }
  for (const failure of failures) renderer.failure(failure);
}
