import * as z from "zod";

/** The contract of `ecflash cache ... --format json`. The shipped JSON Schema is made from this. */

const row = z.strictObject({
  id: z.string().describe("SHA-256 of the archive"),
  revision: z.string().nullable().describe("Null where nothing is unpacked"),
  state: z
    .enum(["complete", "partial"])
    .describe("Whether the whole archive is there; nothing is proven by it"),
  sizeBytes: z.number().int().describe("Archive and tree"),
  lastUsed: z.string().describe("ISO 8601"),
  neededBy: z.string().nullable().describe("Port path of the module whose unfinished run needs it"),
  fault: z
    .strictObject({ what: z.enum(["archive", "tree"]), reason: z.string() })
    .nullable()
    .optional()
    .describe("Of verify; null where both are good"),
  fate: z.enum(["removed", "kept"]).optional().describe("Of prune; in a dry run, what it would be"),
  why: z.string().optional().describe("Of prune"),
});

export const cacheSchema = z.strictObject({
  schema: z.literal("ecflash.cache/1"),
  cacheDir: z.string(),
  dryRun: z.boolean(),
  packages: z.array(row).describe("Oldest use first; of prune, only what was asked to go"),
});

export type CacheDocument = z.infer<typeof cacheSchema>;
