import type { Command } from "commander";
import type { Act } from "../act.js";
import { addPackageLint } from "./package/lint.js";
import { addPackageRender } from "./package/render.js";
import { addPackageShow } from "./package/show.js";

export function addPackage(program: Command, act: Act): void {
  const group = program
    .command("package")
    .description("a vendor's package: judge it, look at it, hand it to another flasher");
  addPackageLint(group, act);
  addPackageShow(group, act);
  addPackageRender(group, act);
}
