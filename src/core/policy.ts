import { type Revision, sameRelease, shortForm } from "./revision.js";
import { compareRevisions } from "./revision-order.js";

/** What the owner of a fleet asks of one hardware code. An empty list asks nothing, and at least one is not empty. */
export interface PolicyRow {
  readonly hardwareCode: string;
  /** The oldest release that may run, one for each build line. */
  readonly minimal: readonly Revision[];
  /** One of these must run. */
  readonly required: readonly Revision[];
  /** None of these may run. */
  readonly forbidden: readonly Revision[];
}

/** By hardware code; a code without a row may run anything. */
export type Policy = ReadonlyMap<string, PolicyRow>;

/**
 * Why the claim does not meet the policy and the required release, in one sentence; null when it does. Releases compare
 * only inside a build line, so a line without a minimum is not met, nor is an answer too short to tell.
 */
export function unmetPolicy(
  claimed: Revision | null,
  {
    policy,
    requiredRelease,
  }: { readonly policy?: Policy | undefined; readonly requiredRelease?: string | undefined },
): string | null {
  if (requiredRelease !== undefined && !isRelease(claimed, requiredRelease))
    return `The policy asks for ${requiredRelease}; the module reports ${claimed?.text ?? "none"}.`;
  const row = claimed === null ? undefined : policy?.get(claimed.hardwareCode);
  if (claimed === null || row === undefined) return null;
  return unmetRequired(claimed, row) ?? unmetForbidden(claimed, row) ?? unmetMinimal(claimed, row);
}

/** A release that is asked for without a sub-edition is met by any; one with it is met only by a claim that shows it. */
function isRelease(claimed: Revision | null, text: string): boolean {
  return claimed !== null && (claimed.text === text || shortForm(claimed) === text);
}

function unmetRequired(claimed: Revision, { required }: PolicyRow): string | null {
  if (required.length === 0 || required.some(({ text }) => isRelease(claimed, text))) return null;
  return `The policy asks for ${required.map(({ text }) => text).join(" or ")}; the module reports ${claimed.text}.`;
}

function unmetForbidden(claimed: Revision, { forbidden }: PolicyRow): string | null {
  const hit = forbidden.find((one) => sameRelease(one, claimed));
  if (hit === undefined) return null;
  const told = isRelease(claimed, hit.text);
  return told
    ? `The policy forbids ${hit.text}; the module reports ${claimed.text}.`
    : `The policy forbids ${hit.text}; ${claimed.text} is too short to tell whether it is that.`;
}

function unmetMinimal(claimed: Revision, { minimal }: PolicyRow): string | null {
  if (minimal.length === 0) return null;
  const orders = minimal.map((one) => compareRevisions(claimed, one));
  if (orders.some((order) => order !== null && order >= 0)) return null;
  const names = minimal.map(({ text }) => text).join(" or ");
  const line =
    claimed.buildLine === null ? "does not tell its build line" : `is of build line ${claimed.buildLine}`;
  return orders.every((order) => order === null)
    ? `The policy asks for at least ${names}; ${claimed.text} ${line}, and releases compare only inside one.`
    : `The policy asks for at least ${names}; the module reports ${claimed.text}.`;
}
