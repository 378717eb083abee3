import type { Command } from "commander";
import type { Act } from "../act.js";
import { addImport } from "./package/import.js";
import { addPackageLint } from "./package/lint.js";
import { addPackageRender } from "./package/render.js";
import { addPackageShow } from "./package/show.js";

export function addPackage(program: Command, act: Act): void {
  const group = program
    .command("package")
    .description("firmware packages: what a vendor sent, proven, looked at, or laid out for another flasher");
  addImport(group, act);
  addPackageLint(group, act);
  addPackageShow(group, act);
  addPackageRender(group, act);
}
