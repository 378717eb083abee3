import type { Command } from "commander";
import type { Act } from "../act.js";
import { addImport } from "./package/import.js";

export function addPackage(program: Command, act: Act): void {
  const group = program.command("package").description("firmware packages: what a vendor sent, proven");
  addImport(group, act);
}
