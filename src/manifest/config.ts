import { readFile, stat } from "node:fs/promises";
import * as z from "zod/mini";
import { EcflashError, messageOf } from "../core/errors.js";

export const configSchema = z.strictObject({
  index: z.optional(
    z.strictObject({
      url: z.string(),
      publicKeys: z.array(z.string()),
      threshold: z.optional(z.int().check(z.positive())),
      name: z.optional(z.string().check(z.regex(/^[a-z0-9-]{1,64}$/))),
      // More than a month would be an index that never expires.
      graceDays: z.optional(z.int().check(z.minimum(0), z.maximum(30))),
    }),
  ),
  stateDir: z.optional(z.string()),
  cacheDir: z.optional(z.string()),
  manifests: z.optional(z.array(z.string())),
  policy: z.optional(z.string()),
});

/**
 * What `ecflash.json` says: where firmware comes from, whose signature is trusted, where records are kept, which files add
 * to what is known, and what the owner asks of modules. Paths are as the process that reads them sees them.
 */
export type Config = z.infer<typeof configSchema>;

/**
 * Reads `ecflash.json`. An absent file is an empty configuration unless it was named. Root reads none that others can
 * write, since it says which keys are trusted. Throws `config-invalid`.
 */
export async function loadConfig(
  path: string,
  { required, asRoot }: { required: boolean; asRoot: boolean },
): Promise<Config> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && !required) return {};
    throw new EcflashError("config-invalid", { path, reason: messageOf(error) }, { cause: error });
  }
  if (asRoot) await refuseOthersFile(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new EcflashError("config-invalid", { path, reason: messageOf(error) }, { cause: error });
  }
  const parsed = z.safeParse(configSchema, json);
  if (parsed.success) return parsed.data;
  throw new EcflashError("config-invalid", {
    path,
    reason: z.prettifyError(parsed.error).replace(/\s*\n\s*/g, "; "),
  });
}

async function refuseOthersFile(path: string): Promise<void> {
  const { uid, mode } = await stat(path);
  if (uid === 0 && (mode & 0o022) === 0) return;
  throw new EcflashError("config-invalid", {
    path,
    reason: "root does not trust a file that others can write",
  });
}
