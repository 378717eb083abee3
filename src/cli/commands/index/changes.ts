import { EcflashError } from "../../../core/errors.js";
import type { Signers } from "../../../core/index-report.js";
import type { Trust } from "../../../package/index/trust.js";
import type { Environment } from "../../environment.js";
import { countOf, keysOf } from "../../index-settings.js";
import { listOf } from "../../own-option.js";
import { edit, type EditOptions } from "./edit.js";

type Many = string | readonly string[];

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

export async function edge(environment: Environment, file: string, options: EdgeOptions): Promise<number> {
  const { addEdge, removeEdge } = await import("../../../package/index/edit.js");
  const { readEdgeEnd, readEvidence } = await import("../../../package/index/arguments.js");
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
  const releases = await import("../../../package/index/releases.js");
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
  const { retractRelease } = await import("../../../package/index/releases.js");
  return edit(environment, file, options, (index, _facts, time) => ({
    after: retractRelease(index, revision, options.reason, time),
    edit: { what: "release-retracted", revision },
  }));
}

export async function renew(environment: Environment, file: string, options: EditOptions): Promise<number> {
  const { edited } = await import("../../../package/index/edit.js");
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
  const { changeKeys: change } = await import("../../../package/index/edit.js");
  const { keyIdOf } = await import("../../../package/index/minisign.js");
  const signers = ({ keys, threshold }: Trust): Signers => ({ keyIds: keys.map(keyIdOf), threshold });
  return edit(environment, file, options, (index, _facts, time) => {
    const threshold = options.threshold === undefined ? index.threshold : countOf(options.threshold);
    const after = change(index, { keys: keysOf(options.key), threshold }, time);
    return { after, edit: { what: "keys-changed", before: signers(index), after: signers(after) } };
  });
}
