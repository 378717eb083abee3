import * as z from "zod";
import { VERDICTS } from "../core/verdict-meaning.js";
import { inventorySchema } from "./inventory-schema.js";

/** The contracts of `ecflash check --format json` and `ndjson`. The shipped JSON Schemas are made from these. */

const claim = z.strictObject({
  revision: z.string().describe("Whole, as the module said it"),
  subEdition: z.string().nullable().describe("01.001.01.001; null in short forms"),
  hardwareCode: z.string().describe("All before R: EC25AFA"),
  model: z.string(),
  variant: z.string().nullable().describe("EC25-A; null for a code nobody recorded"),
});

const declaration = z.strictObject({
  from: z.enum(["label", "variant", "inventory", "journal"]),
  text: z.string(),
  hardwareCode: z.string().nullable(),
  variant: z.string(),
});

const shown = z.strictObject({
  mode: z.enum(["normal", "edl", "dump", "fastboot", "absent"]),
  maker: z.string().nullable().describe("What the module calls its maker and itself: a claim"),
  model: z.string().nullable(),
  cfun: z.number().int().nullable(),
  bandMask: z
    .strictObject({ gw: z.string(), lte: z.string() })
    .nullable()
    .describe("Hexadecimal; LTE needs more than 53 bits"),
  registration: z.enum(["home", "roaming", "searching", "denied", "none", "unknown"]).nullable(),
  operator: z.string().nullable(),
  imei: z
    .string()
    .nullable()
    .describe("Last four digits, masked before; null when unread, empty text when the module has none"),
  sim: z.string().nullable(),
  usbnet: z.number().int().nullable(),
  qmiMode: z.string().nullable(),
});

const evidence = z.strictObject({
  from: z.string(),
  says: z.string(),
  supports: z.string().optional(),
  contradicts: z.string().optional(),
  weight: z.enum(["strong", "weak", "context"]),
});

const verdict = z.enum(VERDICTS);

const checkedModule = z.strictObject({
  source: z.string().describe("Port path, or file the text came from"),
  verdict,
  confidence: z.enum(["certain", "strong", "weak"]),
  virtual: z.boolean(),
  claimed: claim.nullable(),
  declared: declaration.nullable(),
  shown,
  evidence: z.array(evidence),
  advice: z.array(z.string()),
});

const failed = z.strictObject({ source: z.string(), code: z.string(), says: z.string() });

const summary = z.strictObject({
  modules: z.number().int(),
  failures: z.number().int(),
  verdicts: z.partialRecord(verdict, z.number().int()),
});

export const checkSchema = z.strictObject({
  schema: z.literal("ecflash.check/1"),
  modules: z.array(checkedModule),
  failures: z.array(failed),
  summary,
  inventory: inventorySchema.optional().describe("With --inventory only"),
  exit: z.number().int(),
});

const recordHead = { schema: z.literal("ecflash.check.record/1") };

/** The contract of `ecflash check --format ndjson`: each line is one of these, the summary last. */
export const checkRecordSchema = z.discriminatedUnion("kind", [
  z.strictObject({ ...recordHead, kind: z.literal("module"), ...checkedModule.shape }),
  z.strictObject({ ...recordHead, kind: z.literal("failure"), ...failed.shape }),
  z.strictObject({
    ...recordHead,
    kind: z.literal("summary"),
    ...summary.shape,
    inventory: inventorySchema.optional().describe("With --inventory only"),
    exit: z.number().int(),
  }),
]);

export type CheckDocument = z.infer<typeof checkSchema>;
export type CheckRecord = z.infer<typeof checkRecordSchema>;
