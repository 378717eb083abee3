import { type Command, InvalidArgumentError, Option } from "commander";
import type { Act } from "../act.js";
import { flag } from "../flags.js";
import { withRecord, withReplay } from "../options.js";
import { address } from "./sim/address.js";
import { list, powerCycle, reset } from "./sim/hand.js";
import { serve, type ServeFlags } from "./sim/serve.js";

export function addSim(program: Command, act: Act): void {
  const sim = withReplay(withRecord(program.command("sim")))
    .description("virtual modules for any program, until Ctrl-C; and the bench behind --sim")
    .argument("[scenario[:name]]", "which bench; `ecflash sim scenarios` lists them")
    .addOption(
      new Option("--usbip [address:port]", "on the USB bus of a Linux machine (default 127.0.0.1:3240)")
        .argParser(address)
        .env("ECFLASH_USBIP"),
    )
    .addOption(
      flag("--allow-remote", "also on an address that other machines can reach", "ECFLASH_ALLOW_REMOTE"),
    )
    .addOption(
      new Option("--pty [directory]", "as serial ports of this machine, named in a directory").env(
        "ECFLASH_PTY",
      ),
    )
    .addOption(
      new Option("--time-scale <factor>", "below 1 the modules start and restart faster")
        .argParser(factor)
        .default(1)
        .env("ECFLASH_TIME_SCALE"),
    )
    .action((spec: string | undefined, flags: ServeFlags) =>
      act((environment) => serve(environment, spec, flags))({}),
    );
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

function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 100)) throw new InvalidArgumentError("a number above 0, at most 100");
  return value;
}
