import { join } from "node:path";
import type { SectorRange } from "../core/maps.js";
import type { FlowContext } from "./context.js";
import { writeDurably } from "./durable-file.js";
import type { JournalEntry } from "./journal.js";

/**
 * Keeps the calibration ranges of a module in private files (0600), one folder a chip serial and run. They are unique to
 * the module; ecflash never writes them back by itself. Gives the folder.
 */
export async function keepCalibration(
  { stateDir, now }: FlowContext,
  { chipSerial, portPath }: JournalEntry,
  copies: readonly { readonly name: string; readonly range: SectorRange; readonly bytes: Uint8Array }[],
): Promise<string> {
  const when = now().toISOString().replace(/[:.]/g, "-");
  const folder = join(stateDir, "calibration", `${chipSerial ?? portPath}-${when}`);
  for (const { name, range, bytes } of copies) {
    await writeDurably(join(folder, `${name}.sector${range.start}-${range.end - 1}.bin`), bytes);
  }
  return folder;
}
