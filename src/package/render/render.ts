import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { EcflashError, isEcflashError, messageOf } from "../../core/errors.js";
import type { Plan } from "../../core/plan.js";
import type { PackageFile } from "../../core/steps.js";
import { formatRawprogram } from "../../protocol/rawprogram-write.js";
import { readPackageFile } from "../proof/inventory.js";
import type { RenderTool } from "./tools.js";

/** Where the XML for qdl is, below the rendered folder. */
export const QDL_XML = "rawprogram.xml";

export interface Rendered {
  readonly directory: string;
  readonly files: readonly string[];
}

/**
 * Writes a folder that holds what the plan names and nothing else, for a flasher of others. For qdl the XML is the plan
 * in its order; for QFirehose it is the vendor's own, which QFirehose puts in order by itself, and an md5.txt of what is
 * there. Each file is opened once, hashed and written from what was hashed; the folder appears whole or not at all.
 * @throws EcflashError `output-unwritable` where `into` is not empty or cannot be written, `package-changed`,
 * `package-file-missing`
 */
export async function renderPackage(
  { root, plan, rawprogram }: { root: string; plan: Plan; rawprogram: PackageFile },
  tool: RenderTool,
  into: string,
): Promise<Rendered> {
  const target = resolve(into);
  await refuseFull(target);
  const temporary = join(dirname(target), `.ecflash-${randomUUID()}`);
  try {
    const files = tool === "qdl" ? namedBy(plan) : [...namedBy(plan), rawprogram];
    const md5 = new Map<string, string>();
    for (const file of files) {
      const bytes = await readPackageFile(root, file);
      md5.set(file.path, createHash("md5").update(bytes).digest("hex").toUpperCase());
      await put(temporary, file.path, bytes);
    }
    const [name, text] =
      tool === "qdl" ? [QDL_XML, formatRawprogram(plan.steps, plan.geometry)] : ["md5.txt", md5List(md5)];
    await put(temporary, name, text);
    // An empty folder may be there already; a full one would make this fail, and nothing is lost.
    await rmdir(target).catch(() => undefined);
    await rename(temporary, target);
    return { directory: target, files: [...md5.keys(), name].sort() };
  } catch (error) {
    if (isEcflashError(error)) throw error;
    throw new EcflashError("output-unwritable", { path: target, reason: messageOf(error) }, { cause: error });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function namedBy({ programmer, steps }: Plan): PackageFile[] {
  const images = steps.flatMap((step) => (step.kind === "program" ? [step.file] : []));
  return [...new Map([programmer, ...images].map((file) => [file.path, file])).values()];
}

async function refuseFull(target: string): Promise<void> {
  const refuse = (reason: string, cause?: unknown) =>
    new EcflashError("output-unwritable", { path: target, reason }, { cause });
  const entries = await readdir(target).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw refuse(messageOf(cause), cause);
  });
  if (entries.length > 0) throw refuse("the folder is not empty");
}

async function put(root: string, path: string, content: Uint8Array | string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content, { flag: "wx" });
}

/** As the vendor writes it (domain.md 4.3): backslashes, upper-case digits, CRLF. */
function md5List(md5: ReadonlyMap<string, string>): string {
  const lines = [...md5].map(([path, digits]) => `FILE:\\${path.replaceAll("/", "\\")}:${digits}`);
  return ["VERSION:1.0", "FILE:START", ...lines, "FILE:END", ""].join("\r\n");
}
