import * as z from "zod";

/** The contracts of `ecflash index ... --format json`. The shipped JSON Schemas are made from these. */

const strings = z.array(z.string());
const signers = z.strictObject({ keyIds: strings, threshold: z.number().int() });
const ends = { from: z.string(), to: z.string() };

const edit = z.union([
  z.strictObject({ what: z.enum(["created", "renewed"]) }),
  z.strictObject({
    what: z.enum(["release-added", "release-replaced"]),
    revision: z.string(),
    files: z.number().int(),
    packageId: z.string(),
    planHash: z.string(),
  }),
  z.strictObject({
    what: z.literal("recommended"),
    revision: z.string(),
    instead: strings.describe("Recommended for the same modules before"),
    uncovered: strings.describe("Order options whose modules have no recommended release any more"),
  }),
  z.strictObject({ what: z.enum(["recommendation-withdrawn", "release-retracted"]), revision: z.string() }),
  z.strictObject({ what: z.enum(["edge-added", "edge-replaced", "edge-removed"]), ...ends }),
  z.strictObject({ what: z.literal("keys-changed"), before: signers, after: signers }),
]);

export const editSchema = z.strictObject({
  schema: z.literal("ecflash.index-edit/1"),
  file: z.string(),
  name: z.string(),
  version: z.number().int().describe("Of the new edition, which is not signed yet"),
  expires: z.string(),
  edit,
});

export const signSchema = z.strictObject({
  schema: z.literal("ecflash.index-sign/1"),
  file: z.string(),
  signature: z.string().describe("The file that was written"),
  keyId: z.string(),
  isListed: z.boolean().describe("A key that is not of the index counts only where it was in force before"),
  signedBy: strings.describe("Keys of the index whose signatures fit this edition"),
  missing: strings,
  threshold: z.number().int(),
});

const archive = z.strictObject({
  revision: z.string(),
  url: z.string(),
  problem: z.strictObject({ code: z.string(), says: z.string() }).nullable(),
});

export const verifySchema = z.strictObject({
  schema: z.literal("ecflash.index-verify/1"),
  url: z.string(),
  name: z.string(),
  version: z.number().int(),
  issued: z.string(),
  expires: z.string(),
  keyIds: strings.describe("Of the keys in force that signed it"),
  threshold: z.number().int(),
  releases: z.number().int(),
  edges: z.number().int(),
  notes: strings,
  ignored: strings.describe("Entries that clients leave out"),
  archives: z.array(archive).nullable().describe("Null without --archives"),
  exit: z.number().int().describe("0, or 5 where something is ignored or an archive has a problem"),
});

const change = z.union([
  z.strictObject({ what: z.literal("head"), field: z.string(), before: z.string(), after: z.string() }),
  z.strictObject({ what: z.enum(["key-added", "key-removed"]), key: z.string() }),
  z.strictObject({ what: z.enum(["release-added", "release-removed"]), revision: z.string() }),
  z.strictObject({ what: z.literal("release-retracted"), revision: z.string(), reason: z.string() }),
  z.strictObject({ what: z.literal("release-changed"), revision: z.string(), fields: strings }),
  z.strictObject({ what: z.enum(["edge-added", "edge-removed"]), ...ends }),
]);

export const diffSchema = z.strictObject({
  schema: z.literal("ecflash.index-diff/1"),
  changes: z.array(change),
});
