import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { EcflashError, messageOf } from "../core/errors.js";

/** The manifests of the package: two levels above this file, in `src/` as in `dist/`. */
export const SHIPPED_MANIFESTS = fileURLToPath(new URL("../../manifests", import.meta.url));
export const SHIPPED_SCENARIOS = fileURLToPath(new URL("../../manifests/scenarios", import.meta.url));

const SHIPPED_SCHEMAS = join(SHIPPED_MANIFESTS, "schema");
const SCHEMA_END = ".schema.json";

/** The names of the shipped JSON Schemas. */
export async function shippedSchemas(): Promise<string[]> {
  const files = await readdir(SHIPPED_SCHEMAS);
  return files.filter((file) => file.endsWith(SCHEMA_END)).map((file) => file.slice(0, -SCHEMA_END.length));
}

/** The text of one of them, or null; only a name of the list is ever opened. */
export async function shippedSchema(name: string): Promise<string | null> {
  if (!(await shippedSchemas()).includes(name)) return null;
  return readFile(join(SHIPPED_SCHEMAS, `${name}${SCHEMA_END}`), "utf8");
}

// zod/mini ships without words; without this every finding would read "Invalid input".
z.config(z.locales.en());

/** The JSON of one file. Throws `manifest-invalid`. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new EcflashError("manifest-invalid", { path, reason: messageOf(error) }, { cause: error });
  }
}

/** `variants[3].factoryMask.gw`; `top level` for the file itself. */
export function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return place === "" ? "top level" : place.replace(/^\./, "");
}
