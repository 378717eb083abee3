import { EcflashError } from "../../../core/errors.js";
import { diffIndexes } from "../../../core/index-diff.js";
import { directories, type Environment } from "../../environment.js";
import { configOf, factsOf, type KnowledgeOptions } from "../../knowledge.js";
import { listOf } from "../../own-option.js";
import { countOf, told } from "./owner.js";

export interface VerifyOptions extends KnowledgeOptions {
  readonly key?: string | readonly string[];
  readonly threshold: string;
  readonly archives: boolean;
}

export interface DiffOptions extends KnowledgeOptions {
  readonly format: "text" | "json";
}

export interface ForgetOptions extends KnowledgeOptions {
  readonly versionToo: boolean;
}

/** As a client does it, with what this host remembers; nothing is remembered by it. */
export async function verify(environment: Environment, url: string, options: VerifyOptions): Promise<number> {
  const config = await configOf(environment, options);
  const { stateDir } = await directories(environment, config);
  const facts = await factsOf(config);
  const { loadIndex } = await import("../../../package/index.js");
  const { fetchBytes } = await import("../../../package/source.js");
  const { readMemories } = await import("../../../flow/index-memory.js");
  const { checkArchives } = await import("../../../flow/index-owner.js");
  const given = listOf(options.key);
  const settings =
    given.length > 0
      ? { publicKeys: given, threshold: countOf(options.threshold) }
      : (config.index ?? { publicKeys: [] });
  const { index, keyIds, notes } = await loadIndex(url, {
    settings,
    facts,
    memories: await readMemories(stateDir),
    now: environment.now(),
    fetchBytes,
  });
  const elsewhere = options.archives ? await checkArchives(url, index) : [];
  const counts = `${index.releases.length} releases, ${index.edges.length} crossings`;
  return told(
    environment,
    `Index ${index.name}, version ${index.version}, until ${index.expires}: ${counts}.`,
    `Signed by ${keyIds.join(", ")}.`,
    ...notes,
    ...elsewhere.map((place) => `not on this host, not looked at: ${place}`),
  );
}

export async function diff(
  environment: Environment,
  before: string,
  after: string,
  options: DiffOptions,
): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const { readIndexFile } = await import("../../../flow/index-file.js");
  const ui = await import("../../../ui/index-owner.js");
  const [old, fresh] = await Promise.all([readIndexFile(before, facts), readIndexFile(after, facts)]);
  const changes = diffIndexes(old.index, fresh.index);
  const text = options.format === "json" ? ui.diffJson(changes) : ui.diffText(changes);
  return told(environment, text.trimEnd());
}

export async function forget(
  environment: Environment,
  name: string,
  options: ForgetOptions,
): Promise<number> {
  const { stateDir } = await directories(environment, await configOf(environment, options));
  if (!/^[a-z0-9-]{1,64}$/.test(name))
    throw new EcflashError("usage", { detail: `"${name}" is no name of an index: a-z, 0-9 and -.` });
  const { forgetIndex } = await import("../../../flow/index-memory.js");
  if (!(await forgetIndex(stateDir, name, options)))
    throw new EcflashError("usage", { detail: `This host knows no index ${name}.` });
  const what = options.versionToo ? "Its highest version is forgotten too." : "Its highest version stays.";
  return told(environment, `${name}: the configured keys are in force again. ${what}`);
}
