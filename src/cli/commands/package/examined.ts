import { errorsAmong } from "../../../core/lint/rules.js";
import { EXIT } from "../../../core/exits.js";
import { locatePackage } from "../../../flow/locate-package.js";
import { type Examination, examinePackage } from "../../../package/examine.js";
import { directories, type Environment } from "../../environment.js";
import { configOf, factsOf } from "../../knowledge.js";

export interface PackageOptions {
  readonly config?: string | undefined;
  readonly format: string;
}

export interface Examined {
  readonly found: Examination;
  readonly archiveSha256: string | null;
  /** 0 where nothing or only notes were found, else 5. */
  readonly exit: number;
}

/** Finds a package by path or id and judges it by every rule. */
export async function examine(
  environment: Environment,
  pathOrId: string,
  options: PackageOptions,
): Promise<Examined> {
  const config = await configOf(environment, options);
  const { cacheDir } = await directories(environment, config);
  const { directory, archiveSha256 } = await locatePackage(pathOrId, cacheDir);
  const found = await examinePackage(directory, { facts: await factsOf(config) });
  const exit = errorsAmong(found.findings).length > 0 ? EXIT.packageNotAcceptable : EXIT.done;
  return { found, archiveSha256, exit };
}

/** What lint and show both tell of it. */
export function judgedOf({ found, archiveSha256 }: Examined) {
  const { root, revision, plan, planHash, findings } = found;
  return {
    package: root,
    archiveSha256,
    revision: revision?.text ?? null,
    planHash: plan === null ? null : planHash,
    findings,
  };
}
