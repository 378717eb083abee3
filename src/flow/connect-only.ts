import { asEcflashError, EcflashError } from "../core/errors.js";
import { findOne } from "../device/find.js";
import { connectTest } from "./connect.js";
import type { FlowContext } from "./context.js";
import { connectSummary, FINISH_STAGES } from "./finish.js";
import { heldOff } from "./held-off.js";
import { Run, type RunResult } from "./run.js";

/** The connect test alone, on a module that is left as it is. */
export async function connectOnly(context: FlowContext, portPath: string | undefined): Promise<RunResult> {
  const stages = FINISH_STAGES.filter(({ id }) => id === "connect");
  const run = new Run(context.emit, { title: "connect", virtual: context.bus.virtual, stages });
  try {
    const result = await run.stage("connect", async (voice) => {
      const { device, mode } = await findOne(context.bus, context.modes, portPath);
      if (mode !== "normal") throw new EcflashError("wrong-mode", { portPath: device.portPath, mode });
      const end = await heldOff(context.bus, device, voice);
      try {
        const value = await connectTest(context, device, voice);
        return { value, summary: connectSummary(value) };
      } finally {
        await end();
      }
    });
    return run.end("done", [connectSummary(result)]);
  } catch (error) {
    return run.fail(asEcflashError(error));
  }
}
