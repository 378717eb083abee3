import { type Command, Option } from "commander";
import { EcflashError } from "../../../core/errors.js";
import { errorsAmong } from "../../../core/lint/rules.js";
import { EXIT } from "../../../core/exits.js";
import { RENDER_TOOLS, type RenderTool } from "../../../package/render/tools.js";
import type { Environment } from "../../environment.js";
import type { Act } from "../../act.js";
import { packageFormat, type PackageOptions, withPackageChoice } from "./which-package.js";

interface RenderOptions extends PackageOptions {
  readonly format: "text";
  readonly for: RenderTool;
  readonly into: string;
}

export function addPackageRender(group: Command, act: Act): void {
  withPackageChoice(group.command("render"))
    .description("a clean folder for another flasher: only what the plan names, in an order that is safe")
    .addOption(
      new Option("--for <tool>", "who will flash it")
        .choices(RENDER_TOOLS)
        .makeOptionMandatory()
        .env("ECFLASH_FOR"),
    )
    .addOption(
      new Option("--into <directory>", "the folder to make; must be empty or not there")
        .makeOptionMandatory()
        .env("ECFLASH_INTO"),
    )
    .addOption(packageFormat(["text"]))
    .action((pathOrId: string, options: RenderOptions) =>
      act((environment) => render(environment, pathOrId, options))(options),
    );
}

async function render(environment: Environment, pathOrId: string, options: RenderOptions): Promise<number> {
  const { examine } = await import("./examined.js");
  const { QDL_XML, renderPackage } = await import("../../../package/render/render.js");
  const { packageRenderText } = await import("../../../ui/package-render.js");
  return examine(environment, pathOrId, options, async ({ found }) => {
    const { plan, rawprogram, root, faults, findings } = found;
    const [fault] = faults;
    if (fault !== undefined) throw fault;
    if (plan === null || rawprogram === null)
      throw new EcflashError("plan-unsafe", { findings: errorsAmong(findings).map(({ says }) => says) });
    const rendered = await renderPackage({ root, plan, rawprogram }, options.for, options.into);
    environment.out.write(
      packageRenderText(rendered, options.for, { programmer: plan.programmer.path, xml: QDL_XML }),
    );
    return EXIT.done;
  });
}
