import * as z from "zod";
import { LINT_RULE_CODES } from "../core/lint/rules.js";

/** The contracts of `ecflash package lint` and `show`, `--format json`. The shipped JSON Schemas are made from these. */

const finding = z.strictObject({
  rule: z.enum(LINT_RULE_CODES),
  severity: z.enum(["error", "note"]).describe("An error forbids the plan; a note forbids nothing"),
  says: z.string(),
  file: z.string().nullable().describe("Inside the package; null where it is about the whole"),
  line: z.number().int().nullable(),
});

const file = z.strictObject({ path: z.string(), sizeBytes: z.number().int(), sha256: z.string() });
const range = { startSector: z.number().int(), sectorCount: z.number().int(), partition: z.string() };
const step = z.union([
  z.strictObject({ kind: z.literal("erase"), ...range }),
  z.strictObject({
    kind: z.literal("program"),
    ...range,
    file,
  }),
]);

const about = {
  package: z.string().describe("The path or id, as it was asked for"),
  archiveSha256: z.string().nullable().describe("Of the archive as it is on the disk; null for a folder"),
  revision: z.string().nullable(),
  planHash: z.string().nullable().describe("SHA-256 of the plan; null where there is none"),
};

export const lintSchema = z.strictObject({
  schema: z.literal("ecflash.lint/1"),
  ...about,
  findings: z.array(finding),
  errors: z.number().int(),
  notes: z.number().int(),
  exit: z.number().int().describe("0 without errors, else 5"),
});

export const showSchema = z.strictObject({
  schema: z.literal("ecflash.package-show/1"),
  ...about,
  id: z.string().nullable().describe("SHA-256 of the canonical tar; null where no revision names it"),
  hardwareCode: z.string().nullable(),
  buildLine: z.string().nullable(),
  geometry: z.strictObject({ pageSizeBytes: z.number().int(), pagesPerBlock: z.number().int() }).nullable(),
  programmer: file.nullable(),
  planBytes: z.number().int().nullable().describe("Sent to the module, in whole pages"),
  steps: z.array(step).describe("In the order of the plan; empty where there is none"),
  map: z.array(
    z.strictObject({
      name: z.string().nullable().describe("Null for a gap that no partition owns"),
      startBlock: z.number().int(),
      blockCount: z.number().int(),
      state: z.enum(["written", "erased", "protected", "untouched", "trespass"]),
      writtenBytes: z.number().int(),
      fill: z.number().min(0).max(1),
    }),
  ),
  files: z.array(file).describe("All of the package, also what the plan does not use"),
  md5: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("absent") }),
      z.strictObject({
        kind: z.literal("checked"),
        lists: z.array(z.string()),
        listed: z.number().int(),
        unlisted: z.array(z.string()),
      }),
    ])
    .describe("The vendor's own lists; where they are wrong, `findings` says it"),
  findings: z.array(finding),
  exit: z.number().int().describe("0 without errors, else 5"),
});

export type LintDocument = z.infer<typeof lintSchema>;
export type ShowDocument = z.infer<typeof showSchema>;
