import type { Severity } from "../../../core/severities.js";
import type { Environment } from "../../environment.js";
import { countOf, keysOf } from "../../index-settings.js";
import { configOf, factsOf } from "../../knowledge.js";
import { listOf } from "../../own-option.js";
import { type EditOptions, lifeOf, tell, timeOf } from "./edit.js";

type Many = string | readonly string[];

export interface InitOptions extends EditOptions {
  readonly name: string;
  readonly key: Many;
  readonly threshold: string;
}

export interface AddOptions extends EditOptions {
  readonly recommended: boolean;
  readonly replace: boolean;
  readonly option?: Many;
  readonly url?: Many;
  readonly severity: Severity;
  readonly note?: string;
  readonly evidence?: Many;
  readonly block?: Many;
}

export async function init(environment: Environment, file: string, options: InitOptions): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const { newIndex } = await import("../../../package/index/edit.js");
  const { createIndexFile } = await import("../../../flow/index/file.js");
  const index = newIndex({
    name: options.name,
    keys: keysOf(options.key),
    threshold: countOf(options.threshold),
    now: environment.now(),
    lifeMs: lifeOf(options) ?? 0,
  });
  await createIndexFile(file, index, facts);
  return tell(environment, options, file, index, { what: "created" });
}

export async function add(
  environment: Environment,
  file: string,
  archive: string,
  options: AddOptions,
): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const { readBlockedEngine, readEvidence } = await import("../../../package/index/arguments.js");
  const { addToIndex } = await import("../../../flow/index/owner.js");
  const orderOptions = listOf(options.option);
  const { recommended, replace, severity } = options;
  const { release, index } = await addToIndex(file, archive, facts, {
    recommended,
    replace,
    orderOptions: orderOptions.length === 0 ? ["*"] : orderOptions,
    urls: listOf(options.url),
    severity,
    notes: options.note ?? "",
    evidence: listOf(options.evidence).map(readEvidence),
    blockedEngines: listOf(options.block).map(readBlockedEngine),
    time: timeOf(environment, options),
  });
  const { revision, files, packageId, planHash } = release;
  const what = replace ? "release-replaced" : "release-added";
  return tell(environment, options, file, index, {
    ...{ what, revision, packageId, planHash },
    files: files.length,
  });
}
