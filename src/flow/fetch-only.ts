import type { Declaration } from "../core/declaration.js";
import { asEcflashError, EcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { planBytes } from "../core/plan.js";
import { parseRevision } from "../core/revision.js";
import type { FlowContext } from "./context.js";
import { fetchPackage, type IndexSettings } from "./fetch.js";
import { Run, type RunResult } from "./run.js";
import { declaredCode, orderOptionOf } from "./target.js";

export interface FetchOnlyOptions {
  readonly declarations: readonly Declaration[];
  readonly index: IndexSettings | null;
  readonly release: string | null;
}

/** Fetches and proves the package for a declaration, or of a whole revision alone, without a module; no crossing is judged, and none is allowed by it. */
export async function fetchOnly(
  context: FlowContext,
  { declarations, index, release }: FetchOnlyOptions,
): Promise<RunResult> {
  const stages = [{ id: "fetch", title: "Fetch and prove the package" }];
  const run = new Run(context.emit, { title: "fetch", virtual: context.bus.virtual, stages });
  try {
    const found = await run.stage("fetch", async (voice) => {
      const hardwareCode =
        declarations.length === 0 && release !== null
          ? codeOf(release, context.facts)
          : declaredCode(declarations, context.facts, "no module was asked");
      const orderOption = orderOptionOf(declarations);
      const wish = { index, orderOption, release, from: null, virtual: context.bus.virtual };
      const value = await fetchPackage(context, { ...wish, hardwareCode }, voice);
      return {
        value,
        summary: `${value.release}: signature, length, SHA-256 and plan proven`,
        details: value.notes,
      };
    });
    return run.end("done", [
      `${found.release} for ${found.hardwareCode}: ${found.plan.steps.length} items, ${planBytes(found.plan)} bytes, plan ${found.planHash}`,
    ]);
  } catch (error) {
    return run.fail(asEcflashError(error));
  }
}

/** A revision names the hardware it is for (domain.md 1.3). Throws `usage` for what is none. */
function codeOf(release: string, facts: Facts): string {
  const reading = parseRevision(release, facts);
  if (reading.kind === "revision") return reading.revision.hardwareCode;
  throw new EcflashError("usage", {
    detail: `"${release}" is not a whole revision, so it does not say for which hardware it is: give --label too.`,
  });
}
