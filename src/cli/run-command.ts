import type { FlowContext } from "../flow/context.js";
import { describeError } from "../core/catalogue.js";
import { asEcflashError } from "../core/errors.js";
import { openRunLog, type RunLog } from "../flow/run-log.js";
import type { RunResult } from "../flow/run.js";
import { type Composed, compose, type IndexOptions, type ModuleOptions } from "./compose.js";
import { type Environment, tee } from "./environment.js";
import { type Format, openView } from "./output.js";

export interface RunOptions extends ModuleOptions, IndexOptions {
  readonly format: Format;
  readonly verbose: boolean;
}

/** Runs one flow with a view and a run log, and says where the log is. Gives the run's exit. */
export async function runWithView(
  environment: Environment,
  name: string,
  options: RunOptions,
  work: (context: FlowContext, composed: Composed) => Promise<RunResult>,
): Promise<number> {
  const composed = await compose(environment, options);
  try {
    const log = openRunLog(composed.stateDir, name, environment.now);
    const view = await openView(environment, options.format, options.verbose);
    try {
      return (await work(composed.withEmit(tee(view.emit, log.emit)), composed)).exit;
    } finally {
      await view.close();
      await closeLog(environment, log);
      if (options.format === "text") environment.out.write(`Run log: ${log.path}\n`);
    }
  } finally {
    await composed.dispose();
  }
}

/** A log that could not be kept is told, and never hides how the run ended. */
export async function closeLog({ err }: Environment, log: RunLog): Promise<void> {
  try {
    await log.close();
  } catch (error) {
    err.write(`${describeError(asEcflashError(error)).join("\n")}\n`);
  }
}
