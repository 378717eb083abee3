import { EcflashError } from "../../../core/errors.js";
import { EXIT } from "../../../core/exits.js";
import { diffIndexes } from "../../../core/index-diff.js";
import { isWhole } from "../../../core/index-report.js";
import { proxySettings } from "../../../package/fetch/proxy.js";
import { directories, type Environment } from "../../environment.js";
import { indexSettings } from "../../index-settings.js";
import { configOf, factsOf, type KnowledgeOptions } from "../../knowledge.js";

export interface VerifyOptions extends KnowledgeOptions {
  readonly key?: string | readonly string[];
  readonly threshold?: string;
  readonly archives: boolean;
  readonly format: "text" | "json";
}

export interface DiffOptions extends KnowledgeOptions {
  readonly format: "text" | "json";
}

export interface ForgetOptions extends KnowledgeOptions {
  readonly versionToo: boolean;
}

/** Ends with 5 where clients would leave something out, or an archive is not the one that was signed. */
export async function verify(environment: Environment, url: string, options: VerifyOptions): Promise<number> {
  const config = await configOf(environment, options);
  const { key, threshold, archives, format } = options;
  const settings = { publicKeys: [], url, ...indexSettings({ index: url, key, threshold }, config) };
  const { stateDir } = await directories(environment, config);
  const facts = await factsOf(config);
  const { systemClock } = await import("../../../device/clock.js");
  const { verifyIndex } = await import("../../../flow/index/check.js");
  const ui = await import("../../../ui/index-owner.js");
  const report = await verifyIndex(settings, {
    ...{ facts, stateDir, archives },
    now: environment.now(),
    clock: systemClock,
    proxy: proxySettings(environment.variables),
  });
  environment.out.write(format === "json" ? ui.verifyJson(report) : ui.verifyText(report));
  return isWhole(report) ? EXIT.done : EXIT.packageNotAcceptable;
}

export async function diff(
  environment: Environment,
  before: string,
  after: string,
  options: DiffOptions,
): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const { readIndexFile } = await import("../../../flow/index/file.js");
  const ui = await import("../../../ui/index-owner.js");
  const [old, fresh] = await Promise.all([readIndexFile(before, facts), readIndexFile(after, facts)]);
  const changes = diffIndexes(old.index, fresh.index);
  environment.out.write(options.format === "json" ? ui.diffJson(changes) : ui.diffText(changes));
  return EXIT.done;
}

export async function forget(
  environment: Environment,
  name: string,
  options: ForgetOptions,
): Promise<number> {
  const { stateDir } = await directories(environment, await configOf(environment, options));
  const { INDEX_NAME } = await import("../../../package/index/types.js");
  if (!INDEX_NAME.test(name))
    throw new EcflashError("usage", { detail: `"${name}" is no name of an index: a-z, 0-9 and -.` });
  const { systemClock: clock } = await import("../../../device/clock.js");
  const { forgetIndex } = await import("../../../flow/index/memory.js");
  const ui = await import("../../../ui/index-owner.js");
  if (!(await forgetIndex({ stateDir, clock }, name, options)))
    throw new EcflashError("usage", { detail: `This host knows no index ${name}.` });
  environment.out.write(ui.forgetText(name, options));
  return EXIT.done;
}
