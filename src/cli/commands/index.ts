import type { Command } from "commander";
import type { Act } from "../act.js";
import { flag } from "../flags.js";
import { withConfig } from "../options.js";
import { keyOption, own } from "../own-option.js";
import { addEdits } from "./index/edits.js";
import * as keys from "./index/keys.js";
import * as look from "./index/look.js";

/** `ecflash index`: what the owner of a site's firmware does, and what a client does to see whether it is right. */
export function addIndex(program: Command, act: Act): void {
  const index = program.command("index").description("make, sign and look at a firmware index");
  const config = (name: string, description: string) =>
    withConfig(index.command(name)).description(description);
  const format = () => own("--format <format>", "output").choices(["text", "json"]).default("text");
  index
    .command("keygen")
    .description("make a minisign key: FILE.key (private) and FILE.pub")
    .addOption(own("--out <file>", "its name, without .key").makeOptionMandatory())
    .addOption(flag("--no-password", "leave the key open in its file", "ECFLASH_NO_PASSWORD").default(true))
    .addOption(own("--password-file <file>", "its first line is the password"))
    .action((options: keys.KeygenOptions) => act((environment) => keys.keygen(environment, options))({}));
  addEdits(index, act);
  config("sign", "write FILE.KEYID.minisig")
    .argument("<file>")
    .addOption(own("--secret-key <file>", "as keygen or minisign made it").makeOptionMandatory())
    .addOption(own("--password-file <file>", "its first line is the password"))
    .addOption(format())
    .action((file: string, options: keys.SignOptions) =>
      act<keys.SignOptions>((environment) => keys.sign(environment, file, options))(options),
    );
  config("verify", "read an index as a client would; exit 5 where it would not take all of it")
    .argument("<url>", "file, path or https")
    .addOption(keyOption("public key; those of the configuration without it"))
    .addOption(own("--threshold <number>", "how many of these keys must sign (default: 1)"))
    .addOption(flag("--archives", "hash every archive at each of its addresses", "ECFLASH_ARCHIVES"))
    .addOption(format())
    .action((url: string, options: look.VerifyOptions) =>
      act<look.VerifyOptions>((environment) => look.verify(environment, url, options))(options),
    );
  config("diff", "what changed between two editions")
    .argument("<old>", "file")
    .argument("<new>", "file")
    .addOption(format())
    .action((before: string, after: string, options: look.DiffOptions) =>
      act<look.DiffOptions>((environment) => look.diff(environment, before, after, options))(options),
    );
  config("forget", "go back to the configured keys of an index; its highest version stays")
    .argument("<name>")
    .addOption(flag("--version-too", "forget its highest version as well", "ECFLASH_VERSION_TOO"))
    .action((name: string, options: look.ForgetOptions) =>
      act((environment) => look.forget(environment, name, options))({}),
    );
}
