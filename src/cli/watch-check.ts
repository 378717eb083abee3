import type { CheckEnd } from "../flow/check-end.js";
import type { CheckOptions, CheckResult } from "../flow/check.js";
import type { FlowContext } from "../flow/context.js";
import type { NamedWait } from "../flow/named-wait.js";
import { watchBus } from "../flow/watch.js";
import type { Environment } from "./environment.js";

/** Judges modules as they come, each handed to `write` at once; what leaves is talk. Gives the end of all. */
export async function watchCheck(
  { err }: Environment,
  context: FlowContext,
  options: CheckOptions,
  write: (news: Pick<CheckResult, "judgements" | "failures">) => void,
): Promise<CheckEnd> {
  const { shown } = await import("../ui/escape.js");
  return watchBus(context, options, (news) => {
    if (news.kind === "judged") write({ judgements: [news.judgement], failures: [] });
    else if (news.kind === "failed") write({ judgements: [], failures: [news] });
    else err.write(`${shown(news.source)} left\n`);
  });
}

/** Tells a wait of the command, by its name and limit, as talk. */
export function tellWait({ err }: Environment): (wait: NamedWait) => void {
  return ({ what, limitMs }) => err.write(`Waiting for ${what}, up to ${Math.ceil(limitMs / 1000)} s\n`);
}
