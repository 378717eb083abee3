import type { Command } from "commander";
import type { ConnectPolicy } from "../../flow/finish.js";
import { recover } from "../../flow/recover.js";
import type { Environment } from "../environment.js";
import { withConnect, withFormat, withIndexSource, withModule, withRecord } from "../options.js";
import type { Act } from "../act.js";
import { type RunOptions, runWithView } from "../run-command.js";

interface Options extends RunOptions {
  readonly connect: ConnectPolicy;
}

export function addRecover(program: Command, act: Act): void {
  const command = program.command("recover").description("finish a cut run, or lead a module out of EDL");
  withFormat(withConnect(withIndexSource(withRecord(withModule(command)))), ["text", "ndjson"]).action(
    act(run),
  );
}

async function run(environment: Environment, options: Options): Promise<number> {
  const { port, connect } = options;
  return runWithView(environment, "recover", options, (context, { index }) =>
    recover(context, { portPath: port, connect, index }),
  );
}
