import type { Command } from "commander";
import { EcflashError } from "../../core/errors.js";
import type { Act } from "../act.js";
import type { Environment } from "../environment.js";
import { refuseSharedOutput } from "../output-apart.js";
import { renderCheck } from "../render-check.js";
import { tellFiles } from "./check/files.js";
import { tellLive, tellWatched } from "./check/live.js";
import { type CheckFlags, withCheckOptions } from "./check/options.js";

export function addCheck(program: Command, act: Act): void {
  const command = program.command("check").description("tell whether the firmware belongs to the hardware");
  withCheckOptions(command).action(act(run));
}

async function run(environment: Environment, flags: CheckFlags): Promise<number> {
  const { from, watch, output } = flags;
  if (watch) {
    if (from !== undefined) throw usage("--watch looks at modules; --from cannot be given with it.");
    if (output !== undefined)
      throw usage("--watch has no end to write a file at; --output cannot be given with it.");
  }
  await refuseSharedOutput(output, flags);
  return renderCheck(environment, flags, sourceOf(flags), (renderer) => {
    if (from !== undefined) return tellFiles(environment, from, flags, renderer);
    return (watch ? tellWatched : tellLive)(environment, flags, renderer);
  });
}

/** What was looked at, to name a failure of all by. */
function sourceOf({ from, port }: CheckFlags): string {
  return from?.join(", ") ?? port ?? "usb";
}

function usage(detail: string): EcflashError<"usage"> {
  return new EcflashError("usage", { detail });
}
