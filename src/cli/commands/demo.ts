import { type Command, Option } from "commander";
import { EXIT } from "../../core/exits.js";
import { systemClock } from "../../device/clock.js";
import { demo } from "../../flow/demo/demo.js";
import { scaledClock } from "../../flow/demo/scaled-clock.js";
import { VIRTUAL_TIME_SCALE } from "../../flow/demo/virtual-bench.js";
import { openRunLog } from "../../flow/run-log.js";
import { StopSwitch } from "../../flow/stop-switch.js";
import { loadFacts, loadUsbModes } from "../../manifest/load.js";
import { SHIPPED_SCENARIOS } from "../../manifest/read.js";
import { loadScenario } from "../../manifest/scenarios.js";
import { directories, type Environment, tee } from "../environment.js";
import { withFormat } from "../options.js";
import { type Format, openView } from "../output.js";
import type { Act } from "../act.js";
import { closeLog } from "../run-command.js";
import { listenToSignals } from "../signals.js";

interface Options {
  readonly scenario: string;
  readonly format: Format;
  readonly verbose: boolean;
}

export function addDemo(program: Command, act: Act): void {
  const command = program
    .command("demo")
    .description("the whole story on a virtual module: wrong firmware found, replaced and proven")
    .addOption(
      new Option("--scenario <name>", "which story to tell").default("wrong-variant").env("ECFLASH_SCENARIO"),
    );
  withFormat(command, ["text", "ndjson"]).action(act(run));
}

async function run(environment: Environment, options: Options): Promise<number> {
  const [scenario, facts, modes] = await Promise.all([
    loadScenario(SHIPPED_SCENARIOS, options.scenario),
    loadFacts(),
    loadUsbModes(),
  ]);
  const { stateDir } = await directories(environment, {});
  const log = openRunLog(stateDir, `demo-${scenario.name}`, environment.now);
  const view = await openView(environment, options.format, options.verbose);
  const stop = new StopSwitch();
  const off = listenToSignals(stop);
  try {
    const clock = scaledClock(systemClock, VIRTUAL_TIME_SCALE);
    const emit = tee(view.emit, log.emit);
    const told = await demo({ scenario, facts, modes, clock, now: environment.now, emit, stop });
    await view.close();
    if (options.format === "text") {
      const verdict = told.asExpected
        ? "PASS: the story went as its scenario says"
        : stop.signal.aborted
          ? "STOPPED: the story was not told to its end"
          : "FAIL: the story did not go as its scenario says";
      environment.out.write(`Run log: ${log.path}\n${verdict} (${scenario.name}: ${scenario.title})\n`);
    }
    if (stop.signal.aborted) return EXIT.interrupted;
    return told.asExpected ? EXIT.done : EXIT.bug;
  } finally {
    off();
    await view.close();
    await closeLog(environment, log);
  }
}
