import { parseDurationMs } from "../../../core/duration.js";
import { EcflashError } from "../../../core/errors.js";
import { EXIT } from "../../../core/exits.js";
import type { Facts } from "../../../core/facts.js";
import type { IndexEdit, Signers } from "../../../core/index-report.js";
import type { Severity } from "../../../core/severities.js";
import type { EditTime } from "../../../package/index-edit.js";
import type { Trust } from "../../../package/index-trust.js";
import type { FirmwareIndex } from "../../../package/index-types.js";
import type { Environment } from "../../environment.js";
import { countOf, keysOf } from "../../index-settings.js";
import { configOf, factsOf, type KnowledgeOptions } from "../../knowledge.js";
import { listOf } from "../../own-option.js";

type Many = string | readonly string[];

export interface EditOptions extends KnowledgeOptions {
  readonly expires?: string;
  readonly format: "text" | "json";
}

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

export interface EdgeOptions extends EditOptions {
  readonly from: string;
  readonly to: string;
  readonly evidence?: Many;
  readonly note?: string;
  readonly replace: boolean;
  readonly remove: boolean;
}

export interface RecommendOptions extends EditOptions {
  readonly withdraw: boolean;
}

export interface RetractOptions extends EditOptions {
  readonly reason: string;
}

export interface KeysOptions extends EditOptions {
  readonly key: Many;
  readonly threshold?: string;
}

export async function init(environment: Environment, file: string, options: InitOptions): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const { newIndex } = await import("../../../package/index-edit.js");
  const { createIndexFile } = await import("../../../flow/index-file.js");
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
  const { readBlockedEngine, readEvidence } = await import("../../../package/index-arguments.js");
  const { addToIndex } = await import("../../../flow/index-owner.js");
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

export async function edge(environment: Environment, file: string, options: EdgeOptions): Promise<number> {
  const { addEdge, removeEdge } = await import("../../../package/index-edit.js");
  const { readEdgeEnd, readEvidence } = await import("../../../package/index-arguments.js");
  const { replace, remove } = options;
  const evidence = listOf(options.evidence).map(readEvidence);
  if (remove && (replace || evidence.length > 0))
    throw new EcflashError("usage", { detail: "--remove goes with --from and --to alone." });
  if (!remove && evidence.length === 0)
    throw new EcflashError("usage", {
      detail: "A crossing is allowed by --evidence: who crossed, with how many.",
    });
  return edit(environment, file, options, (index, facts, time) => {
    const ends = { from: readEdgeEnd(options.from, facts), to: readEdgeEnd(options.to, facts) };
    const what = remove ? "edge-removed" : replace ? "edge-replaced" : "edge-added";
    const after = remove
      ? removeEdge(index, ends, time)
      : addEdge(index, { ...ends, evidence, note: options.note ?? "" }, { replace }, time);
    return { after, edit: { what, from: options.from, to: options.to } };
  });
}

export async function recommend(
  environment: Environment,
  file: string,
  revision: string,
  options: RecommendOptions,
): Promise<number> {
  const releases = await import("../../../package/index-releases.js");
  return edit(environment, file, options, (index, facts, time) => {
    if (options.withdraw)
      return {
        after: releases.withdrawRecommendation(index, revision, time),
        edit: { what: "recommendation-withdrawn", revision },
      };
    const { index: after, instead, uncovered } = releases.recommendRelease(index, revision, facts, time);
    return { after, edit: { what: "recommended", revision, instead, uncovered } };
  });
}

export async function retract(
  environment: Environment,
  file: string,
  revision: string,
  options: RetractOptions,
): Promise<number> {
  const { retractRelease } = await import("../../../package/index-releases.js");
  return edit(environment, file, options, (index, _facts, time) => ({
    after: retractRelease(index, revision, options.reason, time),
    edit: { what: "release-retracted", revision },
  }));
}

export async function renew(environment: Environment, file: string, options: EditOptions): Promise<number> {
  const { edited } = await import("../../../package/index-edit.js");
  return edit(environment, file, options, (index, _facts, time) => ({
    after: edited(index, time, {}),
    edit: { what: "renewed" },
  }));
}

export async function changeKeys(
  environment: Environment,
  file: string,
  options: KeysOptions,
): Promise<number> {
  const { changeKeys: change } = await import("../../../package/index-edit.js");
  const { keyIdOf } = await import("../../../package/minisign.js");
  const signers = ({ keys, threshold }: Trust): Signers => ({ keyIds: keys.map(keyIdOf), threshold });
  return edit(environment, file, options, (index, _facts, time) => {
    const threshold = options.threshold === undefined ? index.threshold : countOf(options.threshold);
    const after = change(index, { keys: keysOf(options.key), threshold }, time);
    return { after, edit: { what: "keys-changed", before: signers(index), after: signers(after) } };
  });
}

interface Edited {
  readonly after: FirmwareIndex;
  readonly edit: IndexEdit;
}

async function edit(
  environment: Environment,
  file: string,
  options: EditOptions,
  change: (index: FirmwareIndex, facts: Facts, time: EditTime) => Edited,
): Promise<number> {
  const facts = await factsOf(await configOf(environment, options));
  const time = timeOf(environment, options);
  const { editIndex } = await import("../../../flow/index-file.js");
  const { after, edit: done } = await editIndex(file, facts, (index) => change(index, facts, time));
  return tell(environment, options, file, after, done);
}

async function tell(
  { out }: Environment,
  { format }: EditOptions,
  file: string,
  { name, version, expires }: FirmwareIndex,
  done: IndexEdit,
): Promise<number> {
  const ui = await import("../../../ui/index-owner.js");
  const report = { file, name, version, expires, edit: done };
  out.write(format === "json" ? ui.editJson(report) : ui.editText(report));
  return EXIT.done;
}

function timeOf({ now }: Environment, options: EditOptions): EditTime {
  return { now: now(), lifeMs: lifeOf(options) };
}

function lifeOf({ expires }: EditOptions): number | null {
  if (expires === undefined) return null;
  const ms = parseDurationMs(expires);
  if (ms === null)
    throw new EcflashError("usage", { detail: `"${expires}" is no duration; write 90d, for example.` });
  return ms;
}
