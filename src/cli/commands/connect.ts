import type { Command } from "commander";
import { connectOnly } from "../../flow/connect-only.js";
import type { Environment } from "../environment.js";
import { withFormat, withModule, withRecord } from "../options.js";
import type { Act } from "../act.js";
import { type RunOptions, runWithView } from "../run-command.js";

export function addConnect(program: Command, act: Act): void {
  const command = program
    .command("connect")
    .description("prove the connection: SIM, registration, IPv4 and IPv6");
  withFormat(withRecord(withModule(command)), ["text", "ndjson"]).action(act(run));
}

async function run(environment: Environment, options: RunOptions): Promise<number> {
  return runWithView(environment, "connect", options, (context) => connectOnly(context, options.port));
}
