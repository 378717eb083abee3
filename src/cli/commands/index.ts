import type { Command } from "commander";
import { SEVERITIES } from "../../core/severities.js";
import type { Act } from "../act.js";
import { flag } from "../flags.js";
import { withConfig } from "../options.js";
import { own } from "../own-option.js";
import * as owner from "./index/owner.js";
import * as keys from "./index/keys.js";
import * as look from "./index/look.js";

/** `ecflash index`: what the owner of a site's firmware does, and what a client does to see whether it is right. */
export function addIndex(program: Command, act: Act): void {
  const index = program.command("index").description("make, sign and look at a firmware index");
  const life = () => own("--expires <duration>", "from now, for example 90d");
  const config = (name: string, description: string) =>
    withConfig(index.command(name)).description(description);
  index
    .command("keygen")
    .description("make a minisign key: FILE.key (private) and FILE.pub")
    .addOption(own("--out <file>", "its name, without .key").makeOptionMandatory())
    .addOption(flag("--no-password", "leave the key open in its file", "ECFLASH_NO_PASSWORD").default(true))
    .addOption(own("--password-file <file>", "its first line is the password"))
    .action((options: keys.KeygenOptions) => act((environment) => keys.keygen(environment, options))({}));
  config("init", "a new index that offers nothing yet")
    .argument("<file>")
    .addOption(own("--name <name>", "its name, for good: a-z, 0-9 and -").makeOptionMandatory())
    .addOption(own("--key <base64...>", "public key that signs it").makeOptionMandatory())
    .addOption(own("--threshold <number>", "how many of the keys must sign").default("1"))
    .addOption(life().default("90d"))
    .action((file: string, options: owner.InitOptions) =>
      act((environment) => owner.init(environment, file, options))({}),
    );
  config("add", "prove a package and offer it")
    .argument("<file>")
    .argument("<package>", "the archive that `ecflash package import` wrote")
    .addOption(flag("--recommended", "for its hardware code, options and line", "ECFLASH_RECOMMENDED"))
    .addOption(own("--option <option...>", "order options it is for; all but carriers without it"))
    .addOption(own("--url <url...>", "mirrors in turn; its place beside the index without it"))
    .addOption(
      own("--severity <severity>", "of leaving what came before").choices(SEVERITIES).default("medium"),
    )
    .addOption(own("--note <text>", "for whoever reads the index"))
    .addOption(own("--evidence <who:modules...>", "who put it on how many modules"))
    .addOption(life())
    .action((file: string, archive: string, options: owner.AddOptions) =>
      act((environment) => owner.add(environment, file, archive, options))({}),
    );
  config("edge", "allow a crossing that was tested")
    .argument("<file>")
    .addOption(own("--from <end>", "revision, or hardware code with or without :line").makeOptionMandatory())
    .addOption(own("--to <end>", "the same").makeOptionMandatory())
    .addOption(own("--evidence <who:modules...>", "who crossed with how many modules").makeOptionMandatory())
    .addOption(own("--note <text>", "why"))
    .addOption(life())
    .action((file: string, options: owner.EdgeOptions) =>
      act((environment) => owner.edge(environment, file, options))({}),
    );
  config("retract", "take a release back")
    .argument("<file>")
    .argument("<revision>")
    .addOption(own("--reason <text>", "why").makeOptionMandatory())
    .addOption(life())
    .action((file: string, revision: string, options: owner.RetractOptions) =>
      act((environment) => owner.retract(environment, file, revision, options))({}),
    );
  config("sign", "write FILE.KEYID.minisig")
    .argument("<file>")
    .addOption(own("--secret-key <file>", "as keygen or minisign made it").makeOptionMandatory())
    .addOption(own("--password-file <file>", "its first line is the password"))
    .action((file: string, options: keys.SignOptions) =>
      act((environment) => keys.sign(environment, file, options))({}),
    );
  config("verify", "read an index as a client would")
    .argument("<url>", "file, path or https")
    .addOption(own("--key <base64...>", "public keys; those of the configuration without it"))
    .addOption(own("--threshold <number>", "how many of the keys must sign").default("1"))
    .addOption(flag("--archives", "hash the archives that lie on this host", "ECFLASH_ARCHIVES"))
    .action((url: string, options: look.VerifyOptions) =>
      act((environment) => look.verify(environment, url, options))({}),
    );
  config("diff", "what changed between two editions")
    .argument("<old>", "file")
    .argument("<new>", "file")
    .addOption(own("--format <format>", "output").choices(["text", "json"]).default("text"))
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
