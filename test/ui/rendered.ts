import type { ExitCode } from "../../src/core/exits.js";
import type { InventoryReport } from "../../src/core/inventory-match.js";
import { type Tally, TallyCounter } from "../../src/core/tally.js";
import { exitOf, type Judgement } from "../../src/core/verdict.js";
import { type CheckFormat, rendererOf } from "../../src/ui/check-formats.js";
import type { CheckFailure, RenderTarget } from "../../src/ui/check-renderer.js";

export interface Told {
  readonly judgements?: readonly Judgement[];
  readonly failures?: readonly CheckFailure[];
  readonly exit?: ExitCode;
  readonly inventory?: InventoryReport | undefined;
}

/** When every rendering of the tests was made. */
export const NOW = new Date("2025-06-01T12:00:00.250Z");

/** All that a format writes on a pipe for these judgements and failures. */
export async function rendered(
  format: CheckFormat,
  { judgements = [], failures = [], exit = 0, inventory }: Told,
  target: Partial<RenderTarget> = {},
): Promise<string> {
  let text = "";
  const out = { write: (more: string) => void (text += more), isTTY: false };
  const renderer = (await rendererOf(format))({ out, now: NOW, explain: false, ...target });
  renderer.begin();
  for (const judgement of judgements) renderer.record(judgement, exitOf(judgement));
  for (const failure of failures) renderer.failure(failure);
  renderer.end({ exit, tally: tallyOf(judgements, failures), inventory });
  return text;
}

export function tallyOf(judgements: readonly Judgement[], failures: readonly CheckFailure[] = []): Tally {
  const counter = new TallyCounter();
  for (const judgement of judgements) counter.judged(judgement.verdict, exitOf(judgement));
  for (const { error } of failures) counter.failed(error.exit);
  return counter.tally;
}
