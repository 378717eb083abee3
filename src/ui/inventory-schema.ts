import * as z from "zod";

/** What `check --inventory` adds to its document: `rows` is `matched` and `missing` together. */
export const inventorySchema = z.strictObject({
  columns: z
    .partialRecord(z.enum(["imei", "serial", "port", "host", "label", "variant"]), z.string())
    .describe("Which column of the file was taken for what"),
  rows: z.number().int(),
  matched: z.number().int().describe("Rows that at least one record belongs to"),
  missing: z.number().int(),
  unlisted: z.number().int().describe("Records no row belongs to"),
  missingRows: z.array(
    z.strictObject({
      where: z.string().describe("Line or item of the inventory"),
      module: z.string().describe("Its strongest key, identities masked"),
      declared: z.string().nullable(),
    }),
  ),
  unlistedSources: z.array(z.string()).describe("The first thousand"),
});
