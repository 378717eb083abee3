import type { Command } from "commander";
import { SEVERITIES } from "../../../core/severities.js";
import type { Act } from "../../act.js";
import { flag } from "../../flags.js";
import { withConfig } from "../../options.js";
import { keyOption, own } from "../../own-option.js";
import * as changes from "./changes.js";
import type { EditOptions } from "./edit.js";
import * as owner from "./owner.js";

/** The commands that make a new edition of an index file; each leaves it unsigned. */
export function addEdits(index: Command, act: Act): void {
  const life = () => own("--expires <duration>", "from now, for example 90d");
  const edit = (name: string, description: string) =>
    withConfig(index.command(name))
      .description(description)
      .argument("<file>")
      .addOption(own("--format <format>", "output").choices(["text", "json"]).default("text"));
  edit("init", "a new index that offers nothing yet")
    .addOption(own("--name <name>", "its name, for good: a-z, 0-9 and -").makeOptionMandatory())
    .addOption(keyOption("public key that signs it").makeOptionMandatory())
    .addOption(own("--threshold <number>", "how many of the keys must sign").default("1"))
    .addOption(life().default("90d"))
    .action((file: string, options: owner.InitOptions) =>
      act<owner.InitOptions>((environment) => owner.init(environment, file, options))(options),
    );
  edit("add", "prove a package and offer it")
    .argument("<package>", "the archive that `ecflash package import` wrote")
    .addOption(flag("--recommended", "for its hardware code, options and line", "ECFLASH_RECOMMENDED"))
    .addOption(flag("--replace", "say anew what is in the index of this revision", "ECFLASH_REPLACE"))
    .addOption(own("--option <option...>", "order options it is for; all but carriers without it"))
    .addOption(own("--url <url...>", "mirrors in turn; its place beside the index without it"))
    .addOption(
      own("--severity <severity>", "of leaving what came before").choices(SEVERITIES).default("medium"),
    )
    .addOption(own("--note <text>", "for whoever reads the index"))
    .addOption(own("--evidence <who:modules...>", "who put it on how many modules"))
    .addOption(own("--block <engine:reason...>", "what must not put it on a module: builtin, qdl, qfirehose"))
    .addOption(life())
    .action((file: string, archive: string, options: owner.AddOptions) =>
      act<owner.AddOptions>((environment) => owner.add(environment, file, archive, options))(options),
    );
  edit("recommend", "take this release for its modules and line from now on, instead of the one before")
    .argument("<revision>")
    .addOption(flag("--withdraw", "recommend it no longer, and none in its place", "ECFLASH_WITHDRAW"))
    .addOption(life())
    .action((file: string, revision: string, options: changes.RecommendOptions) =>
      act<changes.RecommendOptions>((environment) => changes.recommend(environment, file, revision, options))(
        options,
      ),
    );
  edit("retract", "take a release back, for good")
    .argument("<revision>")
    .addOption(own("--reason <text>", "why").makeOptionMandatory())
    .addOption(life())
    .action((file: string, revision: string, options: changes.RetractOptions) =>
      act<changes.RetractOptions>((environment) => changes.retract(environment, file, revision, options))(
        options,
      ),
    );
  edit("edge", "allow a crossing that was tested")
    .addOption(own("--from <end>", "revision, or hardware code with or without :line").makeOptionMandatory())
    .addOption(own("--to <end>", "the same").makeOptionMandatory())
    .addOption(own("--evidence <who:modules...>", "who crossed with how many modules"))
    .addOption(own("--note <text>", "why"))
    .addOption(flag("--replace", "other evidence and note for it", "ECFLASH_REPLACE"))
    .addOption(flag("--remove", "allow it no longer", "ECFLASH_REMOVE"))
    .addOption(life())
    .action((file: string, options: changes.EdgeOptions) =>
      act<changes.EdgeOptions>((environment) => changes.edge(environment, file, options))(options),
    );
  edit("keys", "change who signs it; the keys before must sign the change too")
    .addOption(keyOption("a public key from now on, all of them").makeOptionMandatory())
    .addOption(own("--threshold <number>", "how many of them must sign; as before without it"))
    .addOption(life())
    .action((file: string, options: changes.KeysOptions) =>
      act<changes.KeysOptions>((environment) => changes.changeKeys(environment, file, options))(options),
    );
  edit("renew", "a longer life for what it offers")
    .addOption(life().default("90d"))
    .action((file: string, options: EditOptions) =>
      act<EditOptions>((environment) => changes.renew(environment, file, options))(options),
    );
}
