import { errorsAmong } from "../../../core/lint/rules.js";
import { EXIT } from "../../../core/exits.js";
import { withPackage } from "../../../flow/packages/locate.js";
import { StopSwitch } from "../../../flow/stop-switch.js";
import { type Examination, examinePackage } from "../../../package/proof/examine.js";
import { directories, type Environment } from "../../environment.js";
import { configOf, factsOf } from "../../knowledge.js";
import { listenToSignals } from "../../signals.js";
import type { PackageOptions } from "./which-package.js";

export interface Examined {
  /** As it was asked for. */
  readonly asked: string;
  readonly found: Examination;
  readonly archiveSha256: string | null;
  /** 0 where nothing or only notes were found, else 5. */
  readonly exit: number;
}

/** Finds a package by path or id, judges it by every rule, and has `tell` make the command's exit of it. */
export async function examine(
  environment: Environment,
  pathOrId: string,
  options: PackageOptions,
  tell: (examined: Examined) => Promise<number>,
): Promise<number> {
  const config = await configOf(environment, options);
  const [{ cacheDir }, facts] = await Promise.all([directories(environment, config), factsOf(config)]);
  const stop = new StopSwitch();
  const off = listenToSignals(stop);
  try {
    const { revision } = options;
    const located = { facts, cacheDir, revision, signal: stop.signal };
    return await withPackage(pathOrId, located, async ({ directory, archiveSha256 }) => {
      const found = await examinePackage(directory, { facts });
      const exit = errorsAmong(found.findings).length > 0 ? EXIT.packageNotAcceptable : EXIT.done;
      return tell({ asked: pathOrId, found, archiveSha256, exit });
    });
  } finally {
    off();
  }
}

/** What lint and show both tell of it. */
export function judgedOf({ asked, found, archiveSha256 }: Examined) {
  const { revision, plan, planHash, findings } = found;
  return {
    package: asked,
    archiveSha256,
    revision: revision?.text ?? null,
    planHash: plan === null ? null : planHash,
    findings,
  };
}
