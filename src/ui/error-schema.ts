import * as z from "zod";
import { IMAGES, WHERES } from "../core/lifecycle.js";

/** The contract of a command that failed as a whole, in `--format json` and `ndjson`. The shipped JSON Schema is made from this. */
export const errorSchema = z.strictObject({
  schema: z.literal("ecflash.error/1"),
  code: z.string().describe("What failed: no-module, input-unreadable, usage ..."),
  says: z.string().describe("What is, with the real values"),
  state: z
    .strictObject({ where: z.enum(WHERES), image: z.enum(IMAGES) })
    .nullable()
    .describe("How the module is; null where that is not known or no module was met"),
  tries: z.array(z.string()).describe("What to try, most likely first"),
  exit: z.number().int(),
});

export type ErrorDocument = z.infer<typeof errorSchema>;
