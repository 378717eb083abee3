import type { Command } from "commander";
import type { Environment } from "../../environment.js";
import type { Act } from "../../act.js";
import { packageFormat, type PackageOptions, withPackageChoice } from "./which-package.js";

interface LintOptions extends PackageOptions {
  readonly format: "text" | "json";
}

export function addPackageLint(group: Command, act: Act): void {
  withPackageChoice(group.command("lint"))
    .description("everything that is wrong with a package; exit 5 when it must not be flashed")
    .addOption(packageFormat())
    .action((pathOrId: string, options: LintOptions) =>
      act((environment) => lint(environment, pathOrId, options))(options),
    );
}

async function lint(environment: Environment, pathOrId: string, options: LintOptions): Promise<number> {
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
