import type { Command } from "commander";
import { EXIT } from "../../core/exits.js";
import { systemClock } from "../../device/clock.js";
import { powerCycleVirtual, resetVirtual } from "../../flow/demo/virtual-bench.js";
import { SHIPPED_SCENARIOS } from "../../manifest/read.js";
import { listScenarios } from "../../manifest/scenarios.js";
import { shown } from "../../ui/escape.js";
import { directories, type Environment } from "../environment.js";
import type { Act } from "../act.js";

/** What a hand does at a real bench: the virtual modules of `--sim` need it too. */
export function addSim(program: Command, act: Act): void {
  const sim = program.command("sim").description("the bench of virtual modules behind --sim");
  sim.command("scenarios").description("list the scenarios").action(act(list));
  sim
    .command("power-cycle")
    .argument("<scenario[:name]>")
    .description("take power from its modules and give it back")
    .action((spec: string) => act((environment) => powerCycle(environment, spec))({}));
  sim
    .command("reset")
    .argument("<scenario[:name]>")
    .description("forget it; the next use makes it anew")
    .action((spec: string) => act((environment) => reset(environment, spec))({}));
}

async function list({ out }: Environment): Promise<number> {
  for (const name of await listScenarios(SHIPPED_SCENARIOS)) out.write(`${name}\n`);
  return EXIT.done;
}

async function powerCycle(environment: Environment, spec: string): Promise<number> {
  const { stateDir } = await directories(environment, {});
  await powerCycleVirtual(spec, { stateDir, clock: systemClock });
  environment.out.write(`Power-cycled the modules of ${shown(spec)}.\n`);
  return EXIT.done;
}

async function reset(environment: Environment, spec: string): Promise<number> {
  const { stateDir } = await directories(environment, {});
  await resetVirtual(spec, stateDir);
  environment.out.write(`Forgot ${shown(spec)}; the next use makes it anew.\n`);
  return EXIT.done;
}
