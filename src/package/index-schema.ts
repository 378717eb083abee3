import * as z from "zod";
import type { FirmwareIndex } from "./index-types.js";
import { MAX_ARCHIVE_BYTES } from "./limits.js";

const hex64 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits");
const hardwareCode = z
  .string()
  .regex(/^[A-Z]{2}\d{2,3}[A-Z0-9]+$/, "must be a hardware code such as EC25AFA");
const instant = z.iso.datetime({ offset: true });

const release = z
  .strictObject({
    hardwareCodes: z.array(hardwareCode).min(1),
    revision: z.string().min(1),
    recommended: z.boolean(),
    archive: z.strictObject({
      url: z.string().min(1),
      sizeBytes: z.int().positive().max(MAX_ARCHIVE_BYTES),
      sha256: hex64,
    }),
    planHash: hex64,
    retracted: z.string().min(1).optional(),
  })
  .refine(
    ({ hardwareCodes, revision }) => hardwareCodes.includes(/^(\w+?)R\d{2}A\d{2}/.exec(revision)?.[1] ?? ""),
    {
      message: "the hardware code inside the revision must be one of hardwareCodes",
      path: ["revision"],
    },
  );

const edgeEnd = z.strictObject({
  hardwareCode,
  revision: z.string().min(1).optional(),
  buildLine: z.string().min(1).optional(),
});

/** The firmware index, `ecflash.index/1`: what may be flashed, and which crossings were tested. Unknown keys are errors. */
export const indexSchema = z
  .strictObject({
    schema: z.literal("ecflash.index/1"),
    version: z.int().positive(),
    issued: instant,
    expires: instant,
    releases: z.array(release),
    edges: z.array(
      z.strictObject({
        from: edgeEnd,
        to: edgeEnd,
        testedUnits: z.int().nonnegative(),
        note: z.string(),
      }),
    ),
  })
  .refine(({ releases }) => new Set(releases.map(({ revision }) => revision)).size === releases.length, {
    message: "two releases have the same revision",
    path: ["releases"],
  });

/** Parsed JSON as an index, or one line that says what is wrong with it. */
export function readIndexJson(value: unknown): FirmwareIndex | string {
  const result = indexSchema.safeParse(value);
  if (result.success) return result.data;
  return result.error.issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join("; ");
}
