import * as z from "zod";
import { descriptionSchema } from "../../package/description-schema.js";

/** The contract of `ecflash package import --format json`. The shipped JSON Schema is made from this. */
export const importSchema = z.strictObject({
  schema: z.literal("ecflash.package-import/1"),
  files: z
    .array(
      z.strictObject({
        path: z.string(),
        state: z
          .enum(["written", "there"])
          .describe("`there`: a file that says the same was there already, and was not touched"),
      }),
    )
    .describe("The archive, then its description"),
  package: descriptionSchema.describe("As it stands in the description's file"),
});

export type ImportDocument = z.infer<typeof importSchema>;
