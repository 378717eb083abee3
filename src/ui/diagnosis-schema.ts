import * as z from "zod";
import { FINDING_CODES, FINDING_KINDS } from "../core/diagnosis/finding.js";
import { checkSchema } from "./check-schema.js";

/** The contract of `ecflash diagnose --format json`. The shipped JSON Schema is made from this. */

const finding = z.strictObject({
  code: z.enum(FINDING_CODES),
  kind: z.enum(FINDING_KINDS).describe("Where the cause is; fine is what need not be looked at"),
  weight: z.enum(["strong", "weak"]),
  says: z.string(),
  evidence: z.array(z.strictObject({ from: z.string(), says: z.string() })),
  next: z.string().nullable(),
});

const diagnosed = z.strictObject({
  conclusion: z.string(),
  findings: z.array(finding).describe("What is wrong, strongest first, then what is fine"),
  check: checkSchema.shape.modules.element.describe("As in ecflash.check/1"),
  answers: z
    .array(z.strictObject({ command: z.string(), lines: z.array(z.string()).nullable() }))
    .describe("Of a live module: what was asked and all it said; null for silence"),
});

export const diagnosisSchema = z.strictObject({
  schema: z.literal("ecflash.diagnosis/1"),
  made: z.string().describe("When, ISO 8601"),
  by: z.string().describe("ecflash and its version"),
  modules: z.array(diagnosed),
  failures: checkSchema.shape.failures
    .optional()
    .describe("Texts, and modules in them, that could not be judged"),
  exit: z.number().int().describe("As of check"),
});

export type DiagnosisDocument = z.infer<typeof diagnosisSchema>;
