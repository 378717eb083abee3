import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Facts } from "../../core/facts.js";
import { parseIndex } from "../../package/index/load.js";
import type { Scenario } from "../../sim/scenario.js";
import type { IndexSettings } from "../fetch.js";
import { INDEX_NAME, makeVirtualVendor } from "./virtual-vendor.js";

const KEY_NAME = "index.pub";

/**
 * The firmware site of a virtual bench, in its folder `vendor`: made where it is not there, and made anew once its index
 * expired or is of another version of ecflash, since a bench lasts longer than an index. What the bench remembers of the
 * old one goes with it; its packages are the same to the byte.
 */
export async function vendorFolder(
  bench: { readonly directory: string; readonly stateDir: string },
  scenario: Scenario,
  facts: Facts,
  now: Date,
): Promise<IndexSettings> {
  const folder = join(bench.directory, "vendor");
  if (!(await isInForce(join(folder, INDEX_NAME), facts, now))) {
    await rm(folder, { recursive: true, force: true });
    await rm(join(bench.stateDir, "indexes"), { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const vendor = await makeVirtualVendor(scenario, facts, now, bench.directory);
    for (const [file, bytes] of vendor.files) await writeFile(join(folder, file), bytes);
    await writeFile(join(folder, KEY_NAME), vendor.publicKey);
  }
  const publicKeys = [await readFile(join(folder, KEY_NAME), "utf8")];
  return { url: join(folder, INDEX_NAME), publicKeys };
}

/** What cannot be read as an index today is not in force, whatever is wrong with it: the site is the bench's own. */
async function isInForce(path: string, facts: Facts, now: Date): Promise<boolean> {
  try {
    const { index, ignored } = await parseIndex(await readFile(path), facts);
    return ignored.length === 0 && Date.parse(index.expires) > now.getTime();
  } catch {
    return false;
  }
}
