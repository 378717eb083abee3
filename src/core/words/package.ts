import { ASK_OWNER, ASK_SOURCE, GET_AGAIN, type WordsOf } from "./common.js";

/** Words of packages, archives and deliveries. */
export const PACKAGE_WORDS: WordsOf<
  | "package-length"
  | "package-hash"
  | "archive-unsafe"
  | "package-changed"
  | "package-file-missing"
  | "delivery-unknown"
  | "delivery-without-package"
  | "package-ambiguous"
  | "revision-contradiction"
  | "revision-unwitnessed"
  | "unpacker-missing"
  | "unpacker-failed"
  | "output-exists"
  | "package-md5"
  | "package-contradicts-index"
  | "package-malformed"
  | "rawprogram-malformed"
  | "map-absent"
  | "plan-unsafe"
  | "package-not-found"
  | "package-id-ambiguous"
> = {
  "package-length": (f) => ({
    what: `The package is ${f.gotBytes} bytes; the index says ${f.expectedBytes}.`,
    tries: ["Fetch it again.", ASK_OWNER],
  }),
  "package-hash": (f) => ({
    what: `The package's SHA-256 is ${f.got}; the index says ${f.expected}.`,
    tries: ["Fetch it again.", ASK_OWNER],
  }),
  "archive-unsafe": (f) => ({
    what:
      f.entry === null
        ? `The archive is not acceptable: ${f.reason}.`
        : `"${f.entry}" in the package is not acceptable: ${f.reason}.`,
    tries: [GET_AGAIN, ASK_SOURCE],
  }),
  "package-changed": (f) => ({
    what: `${f.path} changed after ecflash had proven it.`,
    tries: [
      "Find out what writes to the package's folder; nothing may while ecflash is at work.",
      "Then do the same again: all of it is proven anew.",
    ],
  }),
  "package-file-missing": (f) => ({
    what: `The package lacks ${f.path}, which ${f.namedBy} names.`,
    tries: [ASK_SOURCE],
  }),
  "delivery-unknown": (f) => ({
    what: `${f.path} is no archive that is read here; it is ${f.seen}.`,
    tries: [f.remedy],
  }),
  "delivery-without-package": (f) => ({
    what:
      f.archives.length === 0
        ? `${f.path} holds no folder "update", so it is no firmware package of this family.`
        : `${f.path} holds no package but ${f.archives.join(", ")}, packed once more.`,
    tries:
      f.archives.length === 0
        ? [
            "Give the archive as the vendor sent it, or the folder that holds update/.",
            "A package of another module family is laid out otherwise.",
          ]
        : [`Unpack ${f.path} once, and import the archive in it.`],
  }),
  "package-ambiguous": (f) => ({
    what: `${f.path} holds several packages: ${f.candidates.join(", ")}.`,
    tries: ["Unpack it, and import the one folder that is wanted."],
  }),
  "revision-contradiction": (f) => ({
    what: `What the delivery says of its revision contradicts itself: ${f.said.join("; ")}.`,
    tries: [
      "Ask the sender which one it is; files of two releases may have been mixed.",
      "If only the archive was renamed, give it its name back; --revision settles no contradiction.",
    ],
  }),
  "revision-unwitnessed": (f) => ({
    what: `Nothing in the delivery names its revision: ${f.seen.join("; ")}.`,
    tries: ["Give it as the vendor's mail names it: --revision EC25AFAR05A07M4G_30.005.30.005."],
  }),
  "unpacker-missing": (f) => ({
    what: `No tool on this host unpacks ${f.kind} (looked for ${f.looked.join(", ")}).`,
    tries: [`Install ${f.packages.join(" or ")} (Debian).`, "Or unpack it elsewhere and import the folder."],
  }),
  "unpacker-failed": (f) => ({
    what: `${f.tool} did not unpack the archive: ${f.reason}.`,
    tries: ["Try again.", "Or unpack it by hand and import the folder."],
  }),
  "output-exists": (f) => ({
    what: `${f.path} is there already and holds something else. It was left as it is.`,
    tries: ["Name another folder with --into.", "Or replace it with --force."],
  }),
  "package-md5": (f) => ({
    what: `${f.path} has MD5 ${f.got}; ${f.list} lists ${f.listed}.`,
    tries: [GET_AGAIN, ASK_SOURCE],
  }),
  "package-contradicts-index": (f) => ({
    what: `The package's ${f.what} is ${f.found}; the signed index says ${f.index}.`,
    tries: [ASK_OWNER],
  }),
  "package-malformed": (f) => ({
    what: `${f.path} in the package is not acceptable: ${f.reason}.`,
    tries: [ASK_SOURCE],
  }),
  "rawprogram-malformed": (f) => ({ what: `${f.file} is not acceptable: ${f.reason}.`, tries: [ASK_SOURCE] }),
  "map-absent": (f) => ({
    what: `The package holds no partition table (${f.looked}), so nothing can be proven about it.`,
    tries: [ASK_SOURCE],
  }),
  "plan-unsafe": (f) => ({
    what: `The package's plan is not safe: ${f.findings.join("; ")}.`,
    tries: [ASK_SOURCE],
  }),
  "package-not-found": (f) => ({
    what: `No package is called "${f.asked}" (looked in ${f.looked}).`,
    tries: [
      "Give an archive or the folder of a package, or 8 or more hex digits of the id of one in the cache (`ecflash cache list`).",
    ],
  }),
  "package-id-ambiguous": (f) => ({
    what: `"${f.asked}" begins the id of several packages in the cache: ${f.ids.join(", ")}.`,
    tries: ["Give more of its digits."],
  }),
};
