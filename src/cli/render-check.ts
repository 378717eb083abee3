import { asEcflashError } from "../core/errors.js";
import type { ExitCode } from "../core/exits.js";
import { TallyCounter } from "../core/tally.js";
import { type CheckFormat, rendererOf } from "../ui/check-formats.js";
import type { CheckRenderer, CheckSummary } from "../ui/check-renderer.js";
import { chunked } from "./chunked.js";
import type { Environment } from "./environment.js";
import { openOutputFile } from "./output-file.js";
import { tellFailure } from "./output.js";

export interface RenderOptions {
  readonly format: CheckFormat;
  readonly explain: boolean;
  readonly output?: string | undefined;
}

/**
 * Renders what `work` tells the renderer of, in the format and to the place that were asked for. Gives the exit of the
 * process. A failure of all (`no-module`) is rendered too, as one of `source`, so that whoever reads the format reads it
 * there; a file never keeps the report of an earlier check. Throws `output-unwritable`, and what `work` threw where a
 * person reads it at once: text on standard output.
 */
export async function renderCheck(
  environment: Environment,
  { format, explain, output }: RenderOptions,
  source: string,
  work: (renderer: CheckRenderer) => Promise<CheckSummary>,
): Promise<number> {
  const file = output === undefined ? null : openOutputFile(output);
  const stream = chunked(file ?? environment.out);
  try {
    const make = await rendererOf(format);
    const counter = new TallyCounter();
    const renderer = counted(make({ out: stream, now: environment.now(), explain }), counter);
    renderer.begin();
    let exit: ExitCode;
    try {
      const summary = await work(renderer);
      exit = summary.exit;
      renderer.end(summary);
    } catch (error) {
      if (format === "text" && file === null) throw error;
      exit = await tellFailure({ ...environment, out: stream }, error, format);
      const failure = { source, error: asEcflashError(error) };
      // In JSON the failure is the document; lines have had theirs, and still end in what sums up.
      if (format === "ndjson") counter.failed(failure.error.exit);
      else if (format !== "json") renderer.failure(failure);
      if (format !== "json") renderer.end({ exit, tally: counter.tally });
    }
    stream.flush();
    file?.commit();
    return renderer.processExit?.(exit) ?? exit;
  } finally {
    stream.flush();
    file?.dispose();
  }
}

/** Counts what is told, for an end that comes too early to know of more. */
function counted(renderer: CheckRenderer, counter: TallyCounter): CheckRenderer {
  return {
    ...renderer,
    record: (judgement, exit) => {
      counter.judged(judgement.verdict, exit);
      renderer.record(judgement, exit);
    },
    failure: (failure) => {
      counter.failed(failure.error.exit);
      renderer.failure(failure);
    },
  };
}
