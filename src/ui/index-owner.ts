import { wordsOf } from "../core/catalogue.js";
import { EXIT } from "../core/exits.js";
import type { IndexChange } from "../core/index-diff.js";
import {
  type IndexEdit,
  type IndexEditReport,
  type IndexSignReport,
  type IndexVerifyReport,
  isWhole,
} from "../core/index-report.js";

/** What changed between two editions of an index, a line each. */
export function diffText(changes: readonly IndexChange[]): string {
  if (changes.length === 0) return "The two are the same.\n";
  return `${changes.map(lineOf).join("\n")}\n`;
}

export function diffJson(changes: readonly IndexChange[]): string {
  return json({ schema: "ecflash.index-diff/1", changes });
}

export function editText({ file, name, version, expires, edit }: IndexEditReport): string {
  const head = `${file}: index ${name}, version ${version}, until ${expires}. `;
  const sign = edit.what === "created" ? "Not signed yet." : "Sign it again.";
  return lines(...editLines(edit), head + sign);
}

export function editJson(report: IndexEditReport): string {
  return json({ schema: "ecflash.index-edit/1", ...report });
}

export function keygenText(out: string, publicKey: string): string {
  return lines(
    `${out}.key: the secret key; keep it away from the server that hands out the index.`,
    `${out}.pub: the public key, for ecflash.json:`,
    publicKey,
  );
}

export function forgetText(name: string, { versionToo }: { readonly versionToo: boolean }): string {
  const version = versionToo ? "Its highest version is forgotten too." : "Its highest version stays.";
  return lines(`${name}: the configured keys are in force again. ${version}`);
}

export function signText({ signature, isListed, signedBy, missing, threshold }: IndexSignReport): string {
  const enough =
    signedBy.length >= threshold
      ? "It has all signatures that it needs."
      : `It still needs ${threshold - signedBy.length} by: ${missing.join(", ")}.`;
  return lines(
    `${signature} written.`,
    ...(isListed
      ? []
      : ["This key is not among those of the index: it counts only where it was in force before."]),
    `${signedBy.length} of ${threshold} needed signatures by keys of the index. ${enough}`,
  );
}

export function signJson(report: IndexSignReport): string {
  return json({ schema: "ecflash.index-sign/1", ...report });
}

export function verifyText(report: IndexVerifyReport): string {
  const { name, version, expires, releases, edges, keyIds, notes, ignored, archives } = report;
  return lines(
    `Index ${name}, version ${version}, until ${expires}: ${count(releases, "release")}, ${count(edges, "crossing")}.`,
    `Signed by ${keyIds.join(", ")}.`,
    ...notes,
    ...ignored.map((entry) => `LEFT OUT by clients: ${entry}`),
    ...(archives ?? []).map(({ revision, url, problem }) =>
      problem === null
        ? `${revision}: as signed at ${url}`
        : `${revision}: NOT AS SIGNED at ${url}: ${wordsOf(problem).what}`,
    ),
    ...(isWhole(report) ? [] : ["Mend this before it is handed out: clients would not take it whole."]),
  );
}

export function verifyJson(report: IndexVerifyReport): string {
  const archives =
    report.archives?.map(({ revision, url, problem }) => ({
      revision,
      url,
      problem: problem === null ? null : { code: problem.code, says: wordsOf(problem).what },
    })) ?? null;
  const exit = isWhole(report) ? EXIT.done : EXIT.packageNotAcceptable;
  return json({ schema: "ecflash.index-verify/1", ...report, archives, exit });
}

function editLines(edit: IndexEdit): string[] {
  switch (edit.what) {
    case "created":
      return [];
    case "renewed":
      return ["Renewed; what it offers is as before."];
    case "release-added":
    case "release-replaced": {
      const done = edit.what === "release-added" ? "added" : "replaced";
      const { revision, files, packageId, planHash } = edit;
      return [`${revision} ${done}: ${count(files, "file")}, package ${packageId}, plan ${planHash}.`];
    }
    case "recommended": {
      const { revision, instead, uncovered } = edit;
      const options = uncovered.map((option) => (option === "*" ? "all others but carriers'" : option));
      return [
        `${revision} is recommended${instead.length === 0 ? "" : ` instead of ${instead.join(", ")}`}.`,
        ...(options.length === 0
          ? []
          : [`Modules of these order options have no recommended release any more: ${options.join(", ")}.`]),
      ];
    }
    case "recommendation-withdrawn":
      return [`${edit.revision} is recommended no longer, and no other in its place.`];
    case "release-retracted":
      return [`${edit.revision} taken back.`];
    case "edge-added":
      return [`${edit.from} to ${edit.to} allowed.`];
    case "edge-replaced":
      return [`${edit.from} to ${edit.to}: evidence and note replaced.`];
    case "edge-removed":
      return [`${edit.from} to ${edit.to} no longer allowed.`];
    case "keys-changed": {
      const { before, after } = edit;
      return [
        `Sign it with ${before.threshold} of the keys before (${before.keyIds.join(", ")}) and ${after.threshold} of these (${after.keyIds.join(", ")}).`,
        "Sign each later edition with those before too, until every host has fetched one.",
      ];
    }
  }
}

function count(number: number, what: string): string {
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}

function lines(...all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function lineOf(change: IndexChange): string {
  switch (change.what) {
    case "head":
      return `${change.field}: ${change.before} became ${change.after}`;
    case "key-added":
      return `key added: ${change.key}`;
    case "key-removed":
      return `key removed: ${change.key}`;
    case "release-added":
      return `release added: ${change.revision}`;
    case "release-removed":
      return `release removed: ${change.revision}`;
    case "release-retracted":
      return `release taken back: ${change.revision}: ${change.reason}`;
    case "release-changed":
      return `release changed: ${change.revision}: ${change.fields.join(", ")}`;
    case "edge-added":
      return `crossing allowed: ${change.from} to ${change.to}`;
    case "edge-removed":
      return `crossing no longer allowed: ${change.from} to ${change.to}`;
  }
}
