import { readFile } from "node:fs/promises";
import * as z from "zod";
import { checkSchema } from "../src/ui/check-schema.js";

/** The text of `manifests/schema/ecflash.check-1.schema.json`, made from the code's own schema. */
export function schemaFileText(): string {
  const schema = z.toJSONSchema(checkSchema, { target: "draft-2020-12" });
  const { $schema, ...rest } = schema;
  const head = {
    $schema,
    $id: "ecflash.check-1.schema.json",
    title: "ecflash check --format json",
    description:
      "One document of `ecflash check --format json`; `schema` names this version of the contract.",
  };
  return `${JSON.stringify({ ...head, ...rest }, null, 2)}\n`;
}

/** The shipped file. */
export const SHIPPED_SCHEMA = new URL("../manifests/schema/ecflash.check-1.schema.json", import.meta.url);

/** The shipped file as something that judges documents; made from the file alone, not from the code's schema. */
export async function shippedSchema(): Promise<z.ZodType> {
  type Json = Parameters<typeof z.fromJSONSchema>[0];
  return z.fromJSONSchema(JSON.parse(await readFile(SHIPPED_SCHEMA, "utf8")) as Json);
}
