import type { Command } from "commander";
import { readDeclarations } from "../../core/declaration.js";
import { flash } from "../../flow/flash.js";
import type { ConnectPolicy } from "../../flow/finish.js";
import type { Environment } from "../environment.js";
import { type FleetFlags, fleetOf, withInventory } from "../fleet-options.js";
import { withConnect, withDeclaration, withFormat, withIndex, withModule, withRecord } from "../options.js";
import type { Act } from "../act.js";
import { type RunOptions, runWithView } from "../run-command.js";

interface Options extends RunOptions, FleetFlags {
  readonly label?: string;
  readonly variant?: string;
  readonly release?: string;
  readonly connect: ConnectPolicy;
}

export function addFlash(program: Command, act: Act): void {
  const command = program
    .command("flash")
    .description("the whole job: check, fetch, flash, confirm, connect; does nothing on a match");
  withFormat(withConnect(withIndex(withDeclaration(withInventory(withRecord(withModule(command)))))), [
    "text",
    "ndjson",
  ]).action(act(run));
}

async function run(environment: Environment, options: Options): Promise<number> {
  const { port, release, connect } = options;
  return runWithView(environment, "flash", options, async (context, { index }) =>
    flash(context, {
      declarations: readDeclarations(options, context.facts),
      fleet: await fleetOf(environment, options, context.facts),
      portPath: port,
      release,
      index,
      connect,
    }),
  );
}
