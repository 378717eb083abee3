import { jsonText, shown } from "./escape.js";
import { formatBytes } from "./format.js";

interface Partition {
  readonly name: string;
  readonly startBlock: number;
  readonly blockCount: number;
}

/** What the vendor's own lists say. */
export type Md5 =
  | { readonly kind: "absent" }
  | {
      readonly kind: "checked";
      readonly lists: readonly string[];
      readonly listed: number;
      readonly unlisted: readonly string[];
    };

interface Imported {
  readonly description: {
    readonly id: string;
    readonly sizeBytes: number;
    readonly revision: string;
    readonly hardwareCode: string;
    readonly buildLine: string | null;
    readonly geometry: { readonly pageSizeBytes: number; readonly pagesPerBlock: number };
    readonly protected: readonly Partition[];
    readonly files: readonly unknown[];
    readonly plan: readonly unknown[];
    readonly planHash: string;
    readonly notes: readonly string[];
    readonly provenance: {
      readonly source: { readonly kind: string; readonly name: string; readonly sha256: string | null };
      readonly revisionFrom: readonly { readonly place: string; readonly text: string }[];
      readonly md5: Md5;
    };
  };
  readonly files: readonly { readonly path: string; readonly state: "written" | "there" }[];
}

const STAGES = {
  unpack: "Unpacking the delivery",
  prove: "Proving files, map and plan",
  pack: "Packing the canonical tar",
} as const;

/** What an import does now; for standard error. */
export function importStageText(stage: keyof typeof STAGES): string {
  return `${STAGES[stage]} ...\n`;
}

/** An imported package: a line a fact, then the notes, then the files. */
export function importText({ description, files }: Imported): string {
  const { geometry, provenance, notes } = description;
  const { source, revisionFrom, md5 } = provenance;
  const blockKiB = (geometry.pageSizeBytes * geometry.pagesPerBlock) / 1024;
  const facts: readonly (readonly [string, string])[] = [
    ["revision", description.revision],
    ["  said by", revisionFrom.map(({ place, text }) => `${place} (${text})`).join(", ")],
    ["hardware code", description.hardwareCode],
    ["build line", description.buildLine ?? "not known: the revision has no sub-edition"],
    ["geometry", `${geometry.pageSizeBytes}-byte pages, ${blockKiB} KiB blocks`],
    ["source", `${source.name} (${source.kind})${source.sha256 === null ? "" : ` ${source.sha256}`}`],
    ["id", description.id],
    ["files", `${description.files.length}, ${formatBytes(description.sizeBytes)} as a tar`],
    ["MD5 lists", md5Words(md5)],
    ["plan", `${description.plan.length} steps, hash ${description.planHash}`],
    ["never touched", description.protected.map(rangeWords).join(", ")],
  ];
  return [
    ...facts.map(([name, value]) => `${name.padEnd(15)}${shown(value)}\n`),
    ...notes.map((note) => `note: ${shown(note)}\n`),
    ...files.map(({ path, state }) => `${state === "there" ? "already there" : "written"}: ${shown(path)}\n`),
  ].join("");
}

export function importJson({ description, files }: Imported): string {
  return `${jsonText({ schema: "ecflash.package-import/1", files, package: description }, 2)}\n`;
}

/** In a line. */
export function md5Words(md5: Md5): string {
  if (md5.kind === "absent") return "none in the package; damage on the vendor's side would not be seen";
  const unlisted = md5.unlisted.length === 0 ? "" : `, ${md5.unlisted.length} not listed`;
  return `${md5.lists.join(" and ")}: ${md5.listed} files, all as listed${unlisted}`;
}

function rangeWords({ name, startBlock, blockCount }: Partition): string {
  return `${name} (blocks ${startBlock}-${startBlock + blockCount - 1})`;
}
