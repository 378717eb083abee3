import type { Command } from "commander";
import { readDeclarations } from "../../core/declaration.js";
import { EcflashError } from "../../core/errors.js";
import { fetchOnly } from "../../flow/fetch-only.js";
import type { Environment } from "../environment.js";
import { withDeclaration, withFormat, withIndex, withModule } from "../options.js";
import type { Act } from "../act.js";
import { type RunOptions, runWithView } from "../run-command.js";

interface Options extends RunOptions {
  readonly label?: string;
  readonly variant?: string;
  readonly release?: string;
}

export function addFetch(program: Command, act: Act): void {
  const command = program
    .command("fetch")
    .description(
      "fetch the package for a label or of a release into the cache and prove it; needs no module",
    );
  withFormat(withIndex(withDeclaration(withModule(command))), ["text", "ndjson"]).action(act(run));
}

async function run(environment: Environment, options: Options): Promise<number> {
  if (options.label === undefined && options.variant === undefined && options.release === undefined)
    throw new EcflashError("usage", {
      detail: "fetch must know the hardware: give --label, --variant, or a whole --release.",
    });
  return runWithView(environment, "fetch", options, (context, { index }) =>
    fetchOnly(context, {
      declarations: readDeclarations(options, context.facts),
      index,
      release: options.release ?? null,
    }),
  );
}
