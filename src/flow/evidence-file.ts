import { EcflashError, isEcflashError } from "../core/errors.js";
import { writeDurably } from "./durable-file.js";

/** Puts a file of evidence where it was asked for, whole or not at all, readable by its owner alone. Throws `output-unwritable`. */
export async function writeEvidence(path: string, content: string): Promise<void> {
  try {
    await writeDurably(path, content);
  } catch (error) {
    if (!isEcflashError(error, "state-unwritable")) throw error;
    throw new EcflashError("output-unwritable", { path, reason: error.facts.reason }, { cause: error });
  }
}
