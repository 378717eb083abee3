import { EcflashError } from "../../../core/errors.js";
import { EXIT } from "../../../core/exits.js";
import { systemClock } from "../../../device/clock.js";
import { serveBench, type ServedBench, serveRecording } from "../../../flow/demo/serve-bench.js";
import { StopSwitch } from "../../../flow/stop-switch.js";
import { loadFacts } from "../../../manifest/load.js";
import { shown } from "../../../ui/escape.js";
import { directories, type Environment } from "../../environment.js";
import { tellUnanswered } from "../../meet.js";
import { listenToSignals } from "../../signals.js";
import { type Address, DEFAULT_ADDRESS } from "./address.js";
import { howToReach } from "./how-to-reach.js";

export interface ServeFlags {
  /** True where no address was given. */
  readonly usbip?: Address | true;
  /** True where no directory was given. */
  readonly pty?: string | true;
  readonly allowRemote: boolean;
  readonly timeScale: number;
  readonly record?: string;
  readonly replay?: string;
}

/** Attaches the modules of a bench or a recording to the outside, until Ctrl-C. */
export async function serve(
  environment: Environment,
  spec: string | undefined,
  flags: ServeFlags,
): Promise<number> {
  const { usbip, pty, replay, timeScale, allowRemote } = flags;
  if ((spec === undefined) === (replay === undefined)) throw usage("Say which scenario, or --replay FILE");
  if (usbip === undefined && pty === undefined) throw usage("Say how to reach the modules");
  const [{ stateDir }, facts] = await Promise.all([directories(environment, {}), loadFacts()]);
  const stop = new StopSwitch();
  const off = listenToSignals(stop);
  const common = {
    usbip: usbip === undefined ? null : usbip === true ? DEFAULT_ADDRESS : usbip,
    allowRemote,
    pty: pty === undefined ? null : { directory: pty === true ? null : pty },
    record: flags.record ?? null,
    timeScale,
    stateDir,
    clock: systemClock,
    stop,
    ready: (bench: ServedBench) =>
      environment.out.write(howToReach(spec ?? `the recording ${replay}`, bench)),
  };
  try {
    if (spec !== undefined) {
      await serveBench(spec, { ...common, facts, now: environment.now });
      environment.out.write(`Kept ${shown(spec)} as it is.\n`);
    } else if (replay !== undefined) await tellUnanswered(environment, await serveRecording(replay, common));
  } finally {
    off();
  }
  return EXIT.done;
}

function usage(what: string): EcflashError<"usage"> {
  const detail = `${what}: for example \`ecflash sim healthy --pty\` or \`ecflash sim healthy --usbip\`.`;
  return new EcflashError("usage", { detail });
}
