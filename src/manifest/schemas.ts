import * as z from "zod/mini";
import { configSchema } from "./config.js";
import { fileSchema, LIST_NAMES, type ListName } from "./lists.js";
import { policyFile } from "./policy.js";
import { SITE_FILE } from "./rows.js";

/** What a person writes and ecflash reads, besides the lists. */
const WRITTEN = {
  site: { schema: SITE_FILE, title: "rows that a site adds to what ecflash knows" },
  policy: { schema: policyFile, title: "what --policy asks of modules" },
  config: { schema: configSchema, title: "ecflash.json" },
} as const;

export type SchemaName = ListName | keyof typeof WRITTEN;

export const SCHEMA_NAMES: readonly SchemaName[] = [
  ...LIST_NAMES,
  ...(Object.keys(WRITTEN) as (keyof typeof WRITTEN)[]),
];

export function isSchemaName(name: string): name is SchemaName {
  return (SCHEMA_NAMES as readonly string[]).includes(name);
}

/** The JSON Schema of one file, made from the code's own: what it accepts, apart from names that must resolve. */
export function schemaText(name: SchemaName): string {
  const { schema, title } =
    name in WRITTEN
      ? WRITTEN[name as keyof typeof WRITTEN]
      : { schema: fileSchema(name as ListName), title: `manifests/${name}.json` };
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12" });
  return `${JSON.stringify({ $schema, $id: `${name}.schema.json`, title, ...rest }, null, 2)}\n`;
}
