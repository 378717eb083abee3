import type { Command } from "commander";
import { EXIT } from "../../core/exits.js";
import { findAt, isVirtual } from "../../device/find.js";
import { compose, type ModuleOptions } from "../compose.js";
import type { Environment } from "../environment.js";
import { withFormat, withModule } from "../options.js";
import type { Format } from "../output.js";
import type { Act } from "../act.js";

interface Options extends ModuleOptions {
  readonly format: Format;
}

export function addList(program: Command, act: Act): void {
  const command = program
    .command("list")
    .description("list the modules on the bus in any mode; asks them nothing");
  withFormat(withModule(command), ["text", "json"]).action(act(run));
}

async function run(environment: Environment, options: Options): Promise<number> {
  const composed = await compose(environment, options);
  try {
    const context = composed.withEmit(() => undefined);
    const found = await findAt(context.bus, context.modes, options.port);
    const { listJson, listText } = await import("../../ui/list.js");
    const rows = found.map(({ device, mode }) => ({ device, mode, virtual: isVirtual(context.bus, device) }));
    environment.out.write(options.format === "json" ? listJson(rows) : listText(rows));
    return EXIT.done;
  } finally {
    await composed.dispose();
  }
}
