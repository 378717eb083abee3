import { type Command, Option } from "commander";
import { EXIT } from "../../../core/exits.js";
import { scratchOf } from "../../../flow/packages/locate.js";
import { importPackage } from "../../../flow/packages/import.js";
import { StopSwitch } from "../../../flow/stop-switch.js";
import type { Act } from "../../act.js";
import { directories, type Environment } from "../../environment.js";
import { flag } from "../../flags.js";
import { configOf, factsOf } from "../../knowledge.js";
import { withConfig } from "../../options.js";
import { listenToSignals } from "../../signals.js";
import { packageFormat, revisionOption } from "./which-package.js";

interface Options {
  readonly config?: string;
  readonly revision?: string;
  readonly into: string;
  readonly gzip: boolean;
  readonly force: boolean;
  readonly format: "text" | "json";
}

export function addImport(group: Command, act: Act): void {
  withConfig(group.command("import"))
    .description("make a canonical package of a vendor's archive or folder, once it is proven safe")
    .argument("<file>", "zip, tar, tar.gz or 7z as the vendor sent it, or the unpacked folder")
    .addOption(revisionOption())
    .addOption(
      new Option("--into <directory>", "where REVISION.tar and REVISION.json are written")
        .default(".")
        .env("ECFLASH_INTO"),
    )
    .addOption(flag("--gzip", "write REVISION.tar.gz instead of REVISION.tar", "ECFLASH_GZIP"))
    .addOption(flag("--force", "replace files that are there and differ", "ECFLASH_FORCE"))
    .addOption(packageFormat())
    .action((path: string, options: Options) =>
      act((environment: Environment, given: Options) => run(environment, path, given))(options),
    );
}

async function run(environment: Environment, path: string, options: Options): Promise<number> {
  const { out, err, now, version } = environment;
  const config = await configOf(environment, options);
  const [{ cacheDir }, facts, ui] = await Promise.all([
    directories(environment, config),
    factsOf(config),
    import("../../../ui/package.js"),
  ]);
  const stop = new StopSwitch();
  const off = listenToSignals(stop);
  try {
    const { revision, into, gzip, force } = options;
    const result = await importPackage({
      facts,
      scratchDir: scratchOf(cacheDir),
      signal: stop.signal,
      now,
      by: `ecflash ${version}`,
      ...{ path, revision, into, gzip, force },
      told: (stage) => {
        if (options.format === "text") err.write(ui.importStageText(stage));
      },
    });
    out.write(options.format === "json" ? ui.importJson(result) : ui.importText(result));
    return EXIT.done;
  } finally {
    off();
  }
}
