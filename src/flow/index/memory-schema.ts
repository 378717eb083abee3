import * as z from "zod";
import { INDEX_NAME } from "../../package/index/types.js";
import type { IndexMemory } from "../../package/index/trust.js";

const instant = z.iso.datetime({ offset: true });

const memorySchema = z.strictObject({
  schema: z.string(),
  name: z.string().regex(INDEX_NAME),
  version: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  trust: z
    .strictObject({ keys: z.array(z.string().min(1)).min(1), threshold: z.int().positive() })
    .nullable(),
  retired: z.array(z.string().min(1)),
  issued: instant,
  expires: instant,
  addresses: z.array(z.string()),
});

/** Parsed JSON as a memory, or what is wrong with it. */
export function readMemory(json: unknown, expectedSchema: string): IndexMemory | string {
  const result = memorySchema.safeParse(json);
  if (!result.success) return result.error.issues[0]?.message ?? "it is not valid";
  const { schema, ...memory } = result.data;
  return schema === expectedSchema ? memory : `its schema is ${schema}`;
}
