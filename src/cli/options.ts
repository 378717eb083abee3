import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDurationMs } from "../core/duration.js";
import { flag } from "./flags.js";
import { keyOption } from "./own-option.js";

/** Options that several commands share, with their environment variables. */

export function withModule(command: Command): Command {
  return command
    .addOption(
      new Option("--sim <scenario[:name]>", "use a virtual module that lasts between commands").env(
        "ECFLASH_SIM",
      ),
    )
    .addOption(new Option("--port <path>", "port path of the module, for example 1-1.2").env("ECFLASH_PORT"))
    .addOption(configOption());
}

export function withConfig(command: Command): Command {
  return command.addOption(configOption());
}

function configOption(): Option {
  return new Option("--config <file>", "configuration (default: the platform's ecflash.json)").env(
    "ECFLASH_CONFIG",
  );
}

export function withRecord(command: Command): Command {
  return command.addOption(
    new Option("--record <file>", "take down what is said to the module, masked, in a new file").env(
      "ECFLASH_RECORD",
    ),
  );
}

export function withReplay(command: Command): Command {
  return command.addOption(
    new Option("--replay <file>", "a recording in place of a module").env("ECFLASH_REPLAY"),
  );
}

export function withDeclaration(command: Command): Command {
  return command
    .addOption(
      new Option("--label <code>", "ordering code on the shield, for example EC25AFA-512-STD").env(
        "ECFLASH_LABEL",
      ),
    )
    .addOption(
      new Option("--variant <name>", "variant, where no label can be read: EC25-A").env("ECFLASH_VARIANT"),
    );
}

export function withPolicy(command: Command): Command {
  return command.addOption(
    new Option("--policy <file>", "exit 12 where a module does not run what this file asks of it").env(
      "ECFLASH_POLICY",
    ),
  );
}

/** An index and the release to take from it. */
export function withIndex(command: Command): Command {
  return withIndexSource(command).addOption(
    new Option("--release <revision>", "this release instead of the recommended one").env("ECFLASH_RELEASE"),
  );
}

export function withIndexSource(command: Command): Command {
  return command
    .addOption(
      new Option("--index <url>", "signed firmware index: https, file or a path").env("ECFLASH_INDEX"),
    )
    .addOption(keyOption("public key that signs the index (minisign)"))
    .addOption(
      new Option("--threshold <number>", "how many of these keys must sign (default: 1)").env(
        "ECFLASH_THRESHOLD",
      ),
    );
}

export function withConnect(command: Command): Command {
  return command.addOption(
    new Option("--connect <policy>", "connect test after the flash")
      .choices(["auto", "require", "skip"])
      .default("auto")
      .env("ECFLASH_CONNECT"),
  );
}

export function withFormat(command: Command, formats: readonly string[]): Command {
  return command
    .addOption(
      new Option("--format <format>", "output").choices(formats).default("text").env("ECFLASH_FORMAT"),
    )
    .addOption(flag("--verbose", "also what module and host say, as plain lines", "ECFLASH_VERBOSE"));
}

/** How long a command that only reads may wait for modules, and take in all. Milliseconds behind the option. */
export function withWaits(command: Command): Command {
  return command
    .addOption(
      new Option("--wait <seconds>", "for a module to appear and to be ready")
        .argParser(secondsMs)
        .env("ECFLASH_WAIT"),
    )
    .addOption(
      new Option(
        "--timeout <seconds>",
        "for all that is asked of modules; what is not read then is a failure",
      )
        .argParser(secondsMs)
        .env("ECFLASH_TIMEOUT"),
    );
}

function secondsMs(text: string): number {
  const ms = parseDurationMs(text, "s");
  if (ms === null) throw new InvalidArgumentError("seconds, for example 60, or 5m");
  return ms;
}

export function withOutput(command: Command): Command {
  return command.addOption(
    new Option(
      "--output <file>",
      "write there instead of standard output, whole or not at all; - is standard output",
    ).env("ECFLASH_OUTPUT"),
  );
}
