import { type Command, Option } from "commander";

/** Options that several commands share, with their environment variables. */

export function withModule(command: Command): Command {
  return command
    .addOption(
      new Option("--sim <scenario[:name]>", "use a virtual module that lasts between commands").env(
        "ECFLASH_SIM",
      ),
    )
    .addOption(new Option("--port <path>", "port path of the module, for example 1-1.2").env("ECFLASH_PORT"))
    .addOption(
      new Option("--config <file>", "configuration (default: the platform's ecflash.json)").env(
        "ECFLASH_CONFIG",
      ),
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

export function withIndex(command: Command): Command {
  return command
    .addOption(
      new Option("--index <url>", "signed firmware index: https, http, file or a path").env("ECFLASH_INDEX"),
    )
    .addOption(
      new Option("--key <base64>", "public key that signs the index (minisign)").env("ECFLASH_INDEX_KEY"),
    )
    .addOption(
      new Option("--release <revision>", "this release instead of the recommended one").env(
        "ECFLASH_RELEASE",
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
    .option("--verbose", "also what module and host say, as plain lines", false);
}

export function withOutput(command: Command): Command {
  return command.addOption(
    new Option("--output <file>", "write there instead of standard output, whole or not at all").env(
      "ECFLASH_OUTPUT",
    ),
  );
}
