import { EcflashError } from "../../../core/errors.js";
import { EXIT } from "../../../core/exits.js";
import { systemClock } from "../../../device/clock.js";
import { serveBench } from "../../../flow/demo/serve-bench.js";
import { StopSwitch } from "../../../flow/stop-switch.js";
import { loadFacts } from "../../../manifest/load.js";
import { shown } from "../../../ui/escape.js";
import { directories, type Environment } from "../../environment.js";
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
}

/** Attaches the modules of a bench to the outside, until Ctrl-C. */
export async function serve(
  environment: Environment,
  spec: string | undefined,
  flags: ServeFlags,
): Promise<number> {
  const { usbip, pty } = flags;
  if (spec === undefined) throw usage("Say which scenario");
  if (usbip === undefined && pty === undefined) throw usage("Say how to reach the modules");
  const [{ stateDir }, facts] = await Promise.all([directories(environment, {}), loadFacts()]);
  const stop = new StopSwitch();
  const off = listenToSignals(stop);
  try {
    await serveBench(spec, {
      usbip: usbip === undefined ? null : usbip === true ? DEFAULT_ADDRESS : usbip,
      allowRemote: flags.allowRemote,
      pty: pty === undefined ? null : { directory: pty === true ? null : pty },
      timeScale: flags.timeScale,
      stateDir,
      facts,
      now: environment.now,
      clock: systemClock,
      stop,
      ready: (bench) => environment.out.write(howToReach(spec, bench)),
    });
  } finally {
    off();
  }
  environment.out.write(`Kept ${shown(spec)} as it is.\n`);
  return EXIT.done;
}

function usage(what: string): EcflashError<"usage"> {
  const detail = `${what}: for example \`ecflash sim healthy --pty\` or \`ecflash sim healthy --usbip\`.`;
  return new EcflashError("usage", { detail });
}
