import * as z from "zod";

/** The contract of the description beside a canonical package, `ecflash.package/1`. The shipped JSON Schema is made from this. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const file = z.strictObject({ path: z.string().min(1), sizeBytes: count, sha256 });
const partition = z.strictObject({ name: z.string(), startBlock: count, blockCount: count });

const step = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("erase"),
    startSector: count,
    sectorCount: count,
    partition: z.string(),
  }),
  z.strictObject({
    kind: z.literal("program"),
    startSector: count,
    sectorCount: count,
    partition: z.string(),
    file: z.string().describe("Path of the image inside the package"),
  }),
]);

const md5 = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("absent") }),
  z.strictObject({
    kind: z.literal("checked"),
    lists: z.array(z.string()),
    listed: count,
    unlisted: z.array(z.string()),
  }),
]);

export const descriptionSchema = z.strictObject({
  schema: z.literal("ecflash.package/1"),
  id: sha256.describe("SHA-256 of the uncompressed canonical tar"),
  sizeBytes: count.describe("Of the uncompressed canonical tar"),
  revision: z.string().min(1),
  hardwareCode: z.string().min(1),
  buildLine: z.string().nullable().describe("Null where the revision has no sub-edition"),
  geometry: z.strictObject({
    pageSizeBytes: z.int().positive(),
    pagesPerBlock: z.int().positive(),
    blockCount: count.nullable(),
  }),
  targetMap: z.strictObject({ partitions: z.array(partition) }).describe("From the MIBIB in the package"),
  protected: z.array(partition).describe("Partitions no step of the plan touches"),
  files: z.array(file).min(1),
  programmer: file,
  plan: z.array(step).min(1).describe("In the order it is executed"),
  planHash: sha256,
  notes: z.array(z.string()),
  provenance: z.strictObject({
    source: z.strictObject({
      kind: z.enum(["folder", "zip", "tar", "tar.gz", "7z"]),
      name: z.string(),
      sizeBytes: count.nullable(),
      sha256: sha256.nullable(),
    }),
    revisionFrom: z.array(z.strictObject({ place: z.string(), text: z.string() })),
    md5,
    importedAt: z.iso.datetime(),
    by: z.string().describe("ecflash and its version"),
  }),
});

export type PackageDescription = z.infer<typeof descriptionSchema>;
