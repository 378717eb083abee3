import type { Release } from "../../src/package/index/types.js";
import { NO_KNOWN_CROSSINGS } from "../../src/core/known-crossings.js";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Facts, HardwareCode } from "../../src/core/facts.js";
import { parseRevision, type Revision } from "../../src/core/revision.js";
import { EC25_EFA_LAYOUT, type NandLayout } from "../../src/sim/vendor/maps.js";
import { makeVendorTree, type VendorTreeInput } from "../../src/sim/vendor/tree.js";

const row = (code: string, model: string, variant: string): [string, HardwareCode] => [
  code,
  { code, model, variant, memory: code.slice(-2), flash: [], standing: "table", source: "test" },
];

/** Enough of the table for these tests; the real one is in manifests. */
export const FACTS: Facts = {
  variants: new Map(),
  hardwareCodes: new Map([
    row("EC25AFA", "EC25", "EC25-A"),
    row("EC25AFFA", "EC25", "EC25-AF"),
    row("EC25EFA", "EC25", "EC25-E"),
    row("EC25EUGA", "EC25", "EC25-EU"),
    row("EC25EUXGA", "EC25", "EC25-EUX"),
    row("EG25GGB", "EG25", "EG25-G"),
  ]),
  models: new Map([
    ["EC25", "judged"],
    ["EG25", "judged"],
  ]),
  clonePrefixes: [],
  ordering: { sizes: new Map(), options: new Map() },
  crossings: NO_KNOWN_CROSSINGS,
};

export const EC25A = "EC25AFAR05A07M4G_30.005.30.005";
export const EG25G = "EG25GGBR07A08M2G_30.006.30.006";

/** Small images, so that tests stay quick. */
const SMALL = {
  sbl: 20_000,
  tz: 30_001,
  rpm: 9_000,
  aboot: 12_000,
  boot: 40_000,
  modem: 50_000,
  recoveryfs: 20_000,
  system: 60_000,
  programmer: 10_000,
};

export function smallTree(
  revision = EC25A,
  { geometry, map }: NandLayout = EC25_EFA_LAYOUT,
  rest: Partial<VendorTreeInput> = {},
): Map<string, Uint8Array> {
  return makeVendorTree({ revision, geometry, map, seed: 7, sizes: SMALL, ...rest });
}

export function revision(text: string): Revision {
  const reading = parseRevision(text, FACTS);
  if (reading.kind !== "revision") throw new Error(`${text} is ${reading.kind}`);
  return reading.revision;
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ecflash-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function writeTree(tree: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const folder = join(await temporaryFolder(), "tree");
  for (const [path, bytes] of tree) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return folder;
}

/** Every file and folder below, relative. */
export async function everythingIn(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Changes a text file of a tree and keeps md5.txt right, so that only the change itself can be what is refused. */
export function editText(
  tree: Map<string, Uint8Array>,
  ending: string,
  edit: (text: string) => string,
): Map<string, Uint8Array> {
  const path = [...tree.keys()].find((key) => key.endsWith(ending));
  if (path === undefined) throw new Error(`no file ends in ${ending}`);
  const before = Buffer.from(tree.get(path) ?? []).toString();
  const after = edit(before);
  if (after === before) throw new Error(`the edit of ${path} changed nothing`);
  return withFile(tree, path, Buffer.from(after));
}

/** Replaces or adds a file, and its line in md5.txt. */
export function withFile(
  tree: Map<string, Uint8Array>,
  path: string,
  bytes: Uint8Array,
): Map<string, Uint8Array> {
  const changed = new Map(tree).set(path, bytes);
  const list = [...tree.keys()].find((key) => key.endsWith("/md5.txt"));
  if (list === undefined || path === list) return changed;
  const inside = path.slice(path.indexOf("/") + 1).replaceAll("/", "\\");
  const md5 = createHash("md5").update(bytes).digest("hex").toUpperCase();
  const lines = Buffer.from(tree.get(list) ?? [])
    .toString()
    .split("\r\n")
    .filter((line) => !line.startsWith(`FILE:\\${inside}:`));
  lines.splice(2, 0, `FILE:\\${inside}:${md5}`);
  return changed.set(list, Buffer.from(lines.join("\r\n")));
}

/** A release of an index, of which nothing exists but its entry; what a revision says is taken from its name. */
export function release(name: string, rest: Partial<Release> = {}): Release {
  const parsed = parseRevision(name, FACTS);
  return {
    hardwareCodes: [name.replace(/R\d\dA.*/, "")],
    orderOptions: ["*"],
    revision: name,
    line: parsed.kind === "revision" ? (parsed.revision.buildLine ?? "?") : "?",
    geometry: { pageSizeBytes: 4096, pagesPerBlock: 64 },
    archive: { urls: ["packages/x.tar.gz"], sizeBytes: 10, sha256: "a".repeat(64) },
    packageId: "c".repeat(64),
    files: [{ path: "update/sbl1.mbn", sizeBytes: 1, sha256: "d".repeat(64) }],
    planHash: "b".repeat(64),
    recommended: false,
    severity: "medium",
    notes: "",
    evidence: [],
    blockedEngines: [],
    ...rest,
  };
}
