import { parseDurationMs } from "../../../core/duration.js";
import { EcflashError } from "../../../core/errors.js";
import { EXIT } from "../../../core/exits.js";
import type { Severity } from "../../../core/severities.js";
import type { Environment } from "../../environment.js";
import { configOf, factsOf, type KnowledgeOptions } from "../../knowledge.js";
import { listOf } from "../../own-option.js";

type Many = string | readonly string[];

interface LifeOptions extends KnowledgeOptions {
  readonly expires?: string;
}

export interface InitOptions extends LifeOptions {
  readonly name: string;
  readonly key: Many;
  readonly threshold: string;
}

export interface AddOptions extends LifeOptions {
  readonly recommended: boolean;
  readonly option?: Many;
  readonly url?: Many;
  readonly severity: Severity;
  readonly note?: string;
  readonly evidence?: Many;
}

export interface EdgeOptions extends LifeOptions {
  readonly from: string;
  readonly to: string;
  readonly evidence: Many;
  readonly note?: string;
}

export interface RetractOptions extends LifeOptions {
  readonly reason: string;
}

export async function init(environment: Environment, file: string, options: InitOptions): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const { newIndex } = await import("../../../package/index-edit.js");
  const { publicKeyLine } = await import("../../../package/minisign.js");
  const { createIndexFile } = await import("../../../flow/index-file.js");
  const index = newIndex({
    name: options.name,
    keys: listOf(options.key).map(publicKeyLine),
    threshold: countOf(options.threshold),
    now: environment.now(),
    lifeMs: lifeOf(options) ?? 0,
  });
  await createIndexFile(file, index, facts);
  return told(
    environment,
    `${file}: index ${index.name}, version 1, until ${index.expires}. Not signed yet.`,
  );
}

export async function add(
  environment: Environment,
  file: string,
  archive: string,
  options: AddOptions,
): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const { readEvidence } = await import("../../../package/index-edit.js");
  const { addToIndex } = await import("../../../flow/index-owner.js");
  const orderOptions = listOf(options.option);
  const { release, index } = await addToIndex(file, archive, facts, {
    recommended: options.recommended,
    orderOptions: orderOptions.length === 0 ? ["*"] : orderOptions,
    urls: listOf(options.url),
    severity: options.severity,
    notes: options.note ?? "",
    evidence: listOf(options.evidence).map(readEvidence),
    time: timeOf(environment, options),
  });
  return told(
    environment,
    `${release.revision} added: ${release.files.length} files, package ${release.packageId}, plan ${release.planHash}.`,
    `${file}: version ${index.version}. Sign it again.`,
  );
}

export async function edge(environment: Environment, file: string, options: EdgeOptions): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const { addEdge, readEdgeEnd, readEvidence } = await import("../../../package/index-edit.js");
  const { readIndexFile, writeIndexFile } = await import("../../../flow/index-file.js");
  const { index } = await readIndexFile(file, facts);
  const crossing = {
    from: readEdgeEnd(options.from, facts),
    to: readEdgeEnd(options.to, facts),
    evidence: listOf(options.evidence).map(readEvidence),
    note: options.note ?? "",
  };
  const after = addEdge(index, crossing, timeOf(environment, options));
  await writeIndexFile(file, after, facts);
  return told(
    environment,
    `${options.from} to ${options.to} allowed.`,
    `${file}: version ${after.version}. Sign it again.`,
  );
}

export async function retract(
  environment: Environment,
  file: string,
  revision: string,
  options: RetractOptions,
): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const { retractRelease } = await import("../../../package/index-edit.js");
  const { readIndexFile, writeIndexFile } = await import("../../../flow/index-file.js");
  const { index } = await readIndexFile(file, facts);
  const after = retractRelease(index, revision, options.reason, timeOf(environment, options));
  await writeIndexFile(file, after, facts);
  return told(environment, `${revision} taken back.`, `${file}: version ${after.version}. Sign it again.`);
}

function timeOf({ now }: Environment, options: LifeOptions) {
  return { now: now(), lifeMs: lifeOf(options) };
}

function lifeOf({ expires }: LifeOptions): number | null {
  if (expires === undefined) return null;
  const ms = parseDurationMs(expires);
  if (ms === null)
    throw new EcflashError("usage", { detail: `"${expires}" is no duration; write 90d, for example.` });
  return ms;
}

export function countOf(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new EcflashError("usage", { detail: `--threshold is a number from 1 on, not "${text}".` });
}

export function told({ out }: Environment, ...lines: readonly string[]): number {
  out.write(`${lines.join("\n")}\n`);
  return EXIT.done;
}
