import { DIAGNOSIS } from "../core/at-commands.js";
import type { UsbDevice } from "../core/bus.js";
import type { AskedAnswer } from "../core/diagnosis/shown.js";
import { isEcflashError } from "../core/errors.js";
import { AT_DEADLINES, type IdentifyContext, openAt } from "./open-at.js";

/** Asks the questions of a diagnosis, in their order. Reads alone. Throws as `openAt`, and `module-gone`. */
export async function askDiagnosis(context: IdentifyContext, device: UsbDevice): Promise<AskedAnswer[]> {
  const session = await openAt(context, device, context.patience);
  try {
    const answers: AskedAnswer[] = [];
    for (const command of Object.values(DIAGNOSIS)) {
      try {
        const { lines, status, cme } = await session.ask(command, AT_DEADLINES.answerMs);
        const end = status === "ok" ? "OK" : cme === null ? "ERROR" : `+CME ERROR: ${cme}`;
        answers.push({ command, lines: [...lines, end] });
      } catch (error) {
        if (!isEcflashError(error, "at-silent")) throw error;
        answers.push({ command, lines: null });
      }
    }
    return answers;
  } finally {
    await session.close();
  }
}
