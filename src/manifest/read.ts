import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { EcflashError } from "../core/errors.js";

/** The manifests of the package: two levels above this file, in `src/` as in `dist/`. */
export const SHIPPED_MANIFESTS = fileURLToPath(new URL("../../manifests", import.meta.url));
export const SHIPPED_SCENARIOS = fileURLToPath(new URL("../../manifests/scenarios", import.meta.url));

// zod/mini ships without words; without this every finding would read "Invalid input".
z.config(z.locales.en());

/** One manifest, read and checked against its schema. Throws `manifest-invalid` with the first finding and its place. */
export async function readManifest<S extends z.ZodMiniType>(
  dir: string,
  name: string,
  schema: S,
): Promise<z.output<S>> {
  const path = join(dir, name);
  const result = z.safeParse(schema, await readJson(path));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const reason = issue === undefined ? "unknown fault" : `${placeOf(issue.path)}: ${issue.message}`;
  throw new EcflashError("manifest-invalid", { path, reason }, { cause: result.error });
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EcflashError("manifest-invalid", { path, reason }, { cause: error });
  }
}

/** `variants[3].factoryMask.gw`; `top level` for the file itself. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return place === "" ? "top level" : place.replace(/^\./, "");
}
