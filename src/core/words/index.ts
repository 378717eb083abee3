import type { ErrorFacts } from "../errors.js";
import { ASK_FOR_INDEX, type WordsOf } from "./common.js";

/** Words of the firmware index and the trust in it. */
export const INDEX_WORDS: WordsOf<
  | "index-signature"
  | "index-invalid"
  | "index-expired"
  | "index-rollback"
  | "index-forked"
  | "index-fast-forward"
  | "index-mixed-up"
  | "release-missing"
  | "release-retracted"
  | "clock-wrong"
  | "trust-damaged"
  | "no-index"
  | "index-unreachable"
  | "archive-not-listed"
> = {
  "index-signature": (f) => ({
    what: `The firmware index is not signed as it must be: ${f.reason}.`,
    tries: [
      "Check the key: --key, ECFLASH_INDEX_KEY, or publicKeys in ecflash.json.",
      "Ask whoever owns the firmware index to sign it with the keys that are missing.",
      "Only where its owner confirms that those are lost: `ecflash index forget NAME` goes back to the configured keys.",
    ],
  }),
  "index-invalid": (f) => ({
    what: `The firmware index is not valid: ${f.reason}.`,
    tries: ["Ask whoever owns the firmware index to mend it and to sign it again."],
  }),
  "index-expired": (f) => ({
    what: `The firmware index expired on ${f.expired}.`,
    tries: [
      "Fetch a fresh index; a mirror or a stick may be behind.",
      "Check the clock of this host.",
      "Its owner gives it a new life with `ecflash index renew`, and signs it again.",
    ],
  }),
  "index-rollback": (f) => ({
    what: `The firmware index ${f.name} is version ${f.offered}; this host has already accepted version ${f.seen}, and an older one is never taken.`,
    tries: ["Fetch a fresh index: a mirror or a stick may be behind.", ASK_FOR_INDEX],
  }),
  "index-forked": (f) => ({
    what: `The firmware index ${f.name} has other content than the version ${f.version} that this host accepted before.`,
    tries: ["Ask whoever owns the firmware index to sign the change again under a higher version."],
  }),
  "index-fast-forward": (f) => ({
    what: `The firmware index ${f.name} jumps from version ${f.seen} to ${f.offered}; the most in one step is ${f.most}.`,
    tries: [
      ASK_FOR_INDEX,
      `If the owner confirms that version, run \`ecflash index forget ${f.name} --version-too\`.`,
    ],
  }),
  "index-mixed-up": (f) => ({
    what: `${f.address} gave the firmware index ${f.found}; it must be ${f.expected}.`,
    tries: [
      "Check the address of the index.",
      `If its owner renamed it, run \`ecflash index forget ${f.expected}\`.`,
    ],
  }),
  "release-missing": (f) => ({
    what: missingRelease(f),
    tries: [f.known.length > 0 ? `It has: ${f.known.join(", ")}; choose with --release.` : ASK_FOR_INDEX],
  }),
  "release-retracted": (f) => ({
    what: `${f.release} was taken back on ${f.date}: ${f.reason}.`,
    tries: ["Leave --release away to take the recommended release.", ASK_FOR_INDEX],
  }),
  "clock-wrong": (f) => ({
    what: `The clock of this host says ${f.now}; the firmware index was issued on ${f.issued}, which is later.`,
    tries: ["Set the clock of this host, then try again."],
  }),
  "trust-damaged": (f) => ({
    what: `The memory of which firmware index was accepted cannot be read: ${f.path}: ${f.reason}. Without it an older index could be passed off as new.`,
    tries: [
      "Restore the file from a backup.",
      "Remove it only after its owner told you the index's version and keys: the next index is then trusted as on a new host.",
    ],
  }),
  "no-index": (f) => ({
    what: `No firmware index is configured (${f.looked}).`,
    tries: [
      "Give one: --index URL --key PUBLIC_KEY, or write both into ecflash.json.",
      "Firmware comes from Quectel by mail; your site's owner keeps the index.",
    ],
  }),
  "index-unreachable": (f) => ({
    what: `The firmware index at ${f.url} cannot be fetched: ${f.reason}.`,
    tries: ["Check the address and the network."],
  }),
  "archive-not-listed": (f) => ({
    what: `The index ${f.index} of version ${f.version} has no archive with the SHA-256 ${f.sha256}.`,
    tries: ["Ask the owner of the index for the version that had it.", "Or name another index."],
  }),
};

function missingRelease(f: ErrorFacts["release-missing"]): string {
  const option = f.orderOption === null ? "" : ` with order option ${f.orderOption}`;
  const whose = `${f.hardwareCode}${option}${f.line === null ? "" : ` on line ${f.line}`}`;
  if (f.asked !== null) return `The index has no release ${f.asked} for ${whose}.`;
  if (f.recommended.length === 0) return `The index recommends no release for ${whose}.`;
  return `The index recommends more than one release for ${whose}: ${f.recommended.join(", ")}.`;
}
