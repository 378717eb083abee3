import * as z from "zod/mini";
import { EcflashError, isEcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import type { Policy, PolicyRow } from "../core/policy.js";
import { parseRevision, type Revision } from "../core/revision.js";
import { placeOf, readJson } from "./read.js";

const releases = z.optional(z.array(z.string()));

/** What `--policy` reads: for each hardware code the oldest releases, the ones that must run, and the ones that must not. */
export const policyFile = z.strictObject({
  policy: z
    .array(
      z.strictObject({
        hardwareCode: z.string(),
        minimal: releases,
        required: releases,
        forbidden: releases,
        note: z.optional(z.string()),
      }),
    )
    .check(z.minLength(1, "a policy without a row asks nothing")),
});

/**
 * A policy, with every release in it read. Throws `policy-invalid`: no JSON, an unknown key, a code nobody recorded, a
 * release of another code, a row that asks nothing, a minimum that compares with nothing, a release that is asked for and forbidden.
 */
export async function readPolicy(path: string, facts: Facts): Promise<Policy> {
  const parsed = z.safeParse(policyFile, await jsonOf(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(path, `${placeOf(issue?.path ?? [])}: ${issue?.message ?? "unknown fault"}`);
  }
  const policy = new Map<string, PolicyRow>();
  for (const [index, row] of parsed.data.policy.entries()) {
    const at = `policy[${index}]`;
    const { hardwareCode } = row;
    if (!facts.hardwareCodes.has(hardwareCode))
      throw invalid(path, `${at}.hardwareCode: no hardware code is called ${hardwareCode}`);
    if (policy.has(hardwareCode)) throw invalid(path, `${at}.hardwareCode: ${hardwareCode} stands twice`);
    const read = (key: "minimal" | "required" | "forbidden") =>
      (row[key] ?? []).map((text, place) => {
        const revision = revisionOf(text, facts);
        if (revision?.hardwareCode === hardwareCode) return revision;
        throw invalid(path, `${at}.${key}[${place}]: ${text} is no revision of ${hardwareCode}`);
      });
    const made: PolicyRow = {
      hardwareCode,
      minimal: read("minimal"),
      required: read("required"),
      forbidden: read("forbidden"),
    };
    if ([made.minimal, made.required, made.forbidden].every((list) => list.length === 0))
      throw invalid(path, `${at}: it asks nothing of ${hardwareCode}`);
    const reason = contradictionIn(made);
    if (reason !== null) throw invalid(path, `${at}.${reason}`);
    policy.set(hardwareCode, made);
  }
  return policy;
}

/** What no module could meet, or what says nothing. */
function contradictionIn({ minimal, required, forbidden }: PolicyRow): string | null {
  const lines = new Set<string>();
  for (const { text, buildLine } of minimal) {
    if (buildLine === null) return `minimal: ${text} has no build line, and releases compare only inside one`;
    if (lines.has(buildLine)) return `minimal: build line ${buildLine} stands twice`;
    lines.add(buildLine);
  }
  const both = required.find(({ text }) => forbidden.some((one) => one.text === text));
  return both === undefined ? null : `required: ${both.text} is forbidden as well`;
}

async function jsonOf(path: string): Promise<unknown> {
  try {
    return await readJson(path);
  } catch (error) {
    if (isEcflashError(error, "manifest-invalid")) throw invalid(path, error.facts.reason, error);
    throw error;
  }
}

function revisionOf(text: string, facts: Facts): Revision | null {
  const said = parseRevision(text, facts);
  return said.kind === "revision" ? said.revision : null;
}

function invalid(path: string, reason: string, cause?: unknown): EcflashError<"policy-invalid"> {
  return new EcflashError("policy-invalid", { path, reason }, cause === undefined ? {} : { cause });
}
