import { EXIT } from "../../../core/exits.js";
import { systemClock } from "../../../device/clock.js";
import { powerCycleVirtual, resetVirtual } from "../../../flow/demo/virtual-bench.js";
import { SHIPPED_SCENARIOS } from "../../../manifest/read.js";
import { listScenarios } from "../../../manifest/scenarios.js";
import { shown } from "../../../ui/escape.js";
import { directories, type Environment } from "../../environment.js";

/** What a hand does at a real bench: the virtual modules of `--sim` need it too. */

export async function list({ out }: Environment): Promise<number> {
  for (const name of await listScenarios(SHIPPED_SCENARIOS)) out.write(`${name}\n`);
  return EXIT.done;
}

export async function powerCycle(environment: Environment, spec: string): Promise<number> {
  const { stateDir } = await directories(environment, {});
  await powerCycleVirtual(spec, { stateDir, clock: systemClock });
  environment.out.write(`Power-cycled the modules of ${shown(spec)}.\n`);
  return EXIT.done;
}

export async function reset(environment: Environment, spec: string): Promise<number> {
  const { stateDir } = await directories(environment, {});
  await resetVirtual(spec, stateDir);
  environment.out.write(`Forgot ${shown(spec)}; the next use makes it anew.\n`);
  return EXIT.done;
}
