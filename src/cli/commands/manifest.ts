import type { Command } from "commander";
import type { Act } from "../act.js";
import { withConfig, withFormat } from "../options.js";
import { lint } from "./manifest/lint.js";
import { schema } from "./manifest/schema.js";
import { show, type ManifestOptions } from "./manifest/show.js";

export function addManifest(program: Command, act: Act): void {
  const manifest = program
    .command("manifest")
    .description(
      "what ecflash knows of modules, each fact with its source; and a check of files that add to it",
    );
  withFormat(withConfig(manifest.command("show")), ["text", "json"])
    .description("a list, or all that is known of a model, variant, hardware code, label or revision")
    .argument("[what]", "for example variants, EC25-A, EC25AFA-512-STD, EC25AFAR05A07M4G")
    .action((what: string | undefined, options: ManifestOptions) =>
      act((environment) => show(environment, what, options))(options),
    );
  withFormat(withConfig(manifest.command("lint")), ["text", "json"])
    .description("all faults in the shipped lists and in files that add to them; exit 2 when there is one")
    .argument("[file...]", "files or directories of a site, besides those of the configuration")
    .action((files: readonly string[], options: ManifestOptions) =>
      act((environment) => lint(environment, files, options))(options),
    );
  manifest
    .command("schema")
    .description("the JSON Schema of a file that people write, or of a document that ecflash writes")
    .argument("<name>", "for example variants, site, policy, config, ecflash.check-1, ecflash.error-1")
    .action((name: string) => act((environment) => schema(environment, name))({}));
}
