import { readFile } from "node:fs/promises";
import * as z from "zod";
import { importSchema } from "../src/flow/packages/import-schema.js";
import { descriptionSchema } from "../src/package/description-schema.js";
import { cacheSchema } from "../src/ui/cache-schema.js";
import { checkRecordSchema, checkSchema } from "../src/ui/check-schema.js";
import { diagnosisSchema } from "../src/ui/diagnosis-schema.js";
import { errorSchema } from "../src/ui/error-schema.js";
import { indexSchema } from "../src/package/index/schema.js";
import { diffSchema, editSchema, signSchema, verifySchema } from "../src/ui/index-schema.js";
import { lintSchema, showSchema } from "../src/ui/package-schema.js";

type Json = Parameters<typeof z.fromJSONSchema>[0];

/** The contracts whose JSON Schemas are shipped, with the command that writes such documents. */
const SHIPPED = {
  "ecflash.cache-1": {
    schema: cacheSchema,
    title: "ecflash cache --format json",
    what: "One document of",
  },
  "ecflash.check-1": {
    schema: checkSchema,
    title: "ecflash check --format json",
    what: "One document of",
  },
  "ecflash.check.record-1": {
    schema: checkRecordSchema,
    title: "ecflash check --format ndjson",
    what: "One line of",
  },
  "ecflash.diagnosis-1": {
    schema: diagnosisSchema,
    title: "ecflash diagnose --format json",
    what: "One document of",
  },
  "ecflash.package-1": {
    schema: descriptionSchema,
    title: "ecflash package import",
    what: "The description beside a canonical package, as written by",
  },
  "ecflash.package-import-1": {
    schema: importSchema,
    title: "ecflash package import --format json",
    what: "One document of",
  },
  "ecflash.index-1": {
    schema: indexSchema,
    title: "ecflash index",
    what: "A firmware index, as written by",
  },
  "ecflash.index-edit-1": {
    schema: editSchema,
    title: "ecflash index init|add|recommend|retract|edge|keys|renew --format json",
    what: "One document of",
  },
  "ecflash.index-sign-1": {
    schema: signSchema,
    title: "ecflash index sign --format json",
    what: "One document of",
  },
  "ecflash.index-verify-1": {
    schema: verifySchema,
    title: "ecflash index verify --format json",
    what: "One document of",
  },
  "ecflash.index-diff-1": {
    schema: diffSchema,
    title: "ecflash index diff --format json",
    what: "One document of",
  },
  "ecflash.error-1": {
    schema: errorSchema,
    title: "ecflash COMMAND --format json",
    what: "A failure as a whole, also a line of ndjson, of",
  },
  "ecflash.lint-1": {
    schema: lintSchema,
    title: "ecflash package lint --format json",
    what: "One document of",
  },
  "ecflash.package-show-1": {
    schema: showSchema,
    title: "ecflash package show --format json",
    what: "One document of",
  },
} as const;

export type Contract = keyof typeof SHIPPED;

export const CONTRACTS = Object.keys(SHIPPED) as Contract[];

/** The text of a shipped schema, made from the code's own. */
export function schemaFileText(contract: Contract): string {
  const { schema, title, what } = SHIPPED[contract];
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-2020-12" });
  const description = `${what} \`${title}\`; \`schema\` names this version of the contract.`;
  const head = { $schema, $id: `${contract}.schema.json`, title, description };
  return `${JSON.stringify({ ...head, ...rest }, null, 2)}\n`;
}

/** The shipped file. */
export function shippedFile(contract: Contract): URL {
  return new URL(`../manifests/schema/${contract}.schema.json`, import.meta.url);
}

/** The shipped file as something that judges documents; made from the file alone, not from the code's schema. */
export async function shippedSchema(contract: Contract = "ecflash.check-1"): Promise<z.ZodType> {
  return z.fromJSONSchema(JSON.parse(await readFile(shippedFile(contract), "utf8")) as Json);
}
