import type { Command } from "commander";
import type { Environment } from "../../environment.js";
import { withConfig, withFormat } from "../../options.js";
import type { Act } from "../../act.js";
import type { PackageOptions } from "./examined.js";

export function addPackageLint(group: Command, act: Act): void {
  withFormat(withConfig(group.command("lint")), ["text", "json"])
    .description("everything that is wrong with a package; exit 5 when it must not be flashed")
    .argument(
      "<path|id>",
      "an archive, an unpacked package, or 8 or more hex digits of a cached archive's SHA-256",
    )
    .action((pathOrId: string, options: PackageOptions) =>
      act((environment) => lint(environment, pathOrId, options))(options),
    );
}

async function lint(environment: Environment, pathOrId: string, options: PackageOptions): Promise<number> {
  const { examine, judgedOf } = await import("./examined.js");
  const ui = await import("../../../ui/package-lint.js");
  return examine(environment, pathOrId, options, async (examined) => {
    const judged = judgedOf(examined);
    environment.out.write(
      options.format === "json" ? ui.packageLintJson(judged, examined.exit) : ui.packageLintText(judged),
    );
    return Promise.resolve(examined.exit);
  });
}
