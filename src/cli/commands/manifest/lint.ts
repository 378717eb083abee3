import { EXIT } from "../../../core/exits.js";
import { lintManifests } from "../../../manifest/lint.js";
import { SHIPPED_MANIFESTS } from "../../../manifest/read.js";
import type { Environment } from "../../environment.js";
import { configOf } from "../../knowledge.js";
import type { ManifestOptions } from "./show.js";

/** Lints the shipped lists, the files of the configured site and those named. A fault is a usage error, as when loading. */
export async function lint(
  environment: Environment,
  files: readonly string[],
  options: ManifestOptions,
): Promise<number> {
  const { manifests = [] } = await configOf(environment, options);
  const report = await lintManifests(SHIPPED_MANIFESTS, manifests, files);
  const exit = report.faults.length > 0 ? EXIT.usage : EXIT.done;
  const ui = await import("../../../ui/manifest.js");
  environment.out.write(options.format === "json" ? ui.lintJson(report, exit) : ui.lintText(report));
  return exit;
}
