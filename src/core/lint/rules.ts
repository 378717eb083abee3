/**
 * Every rule a package is judged by. An error forbids the plan; a note is worth saying: a habit of the vendor that the
 * plan repairs, or something that could not be checked. The rules that are named like a failure are that failure: what
 * `package lint` tells as a finding is what stops a flash under the same code.
 */
export const LINT_RULES = {
  "archive-unsafe": { severity: "error", rule: "A package holds files and folders only." },
  "package-malformed": {
    severity: "error",
    rule: "The package is named after a known revision, its lists are readable and no image is empty.",
  },
  "package-file-missing": { severity: "error", rule: "Every file that is named is there." },
  "package-md5": { severity: "error", rule: "Every file is the one md5.txt lists." },
  "package-contradicts-index": {
    severity: "error",
    rule: "The package is what the signed index says of it.",
  },
  "rawprogram-malformed": {
    severity: "error",
    rule: "There is one rawprogram, every word of it is known, and its geometry is one.",
  },
  "map-absent": {
    severity: "error",
    rule: "One partition table is there and readable at the plan's page size.",
  },
  "no-sbl-partition": { severity: "error", rule: "The map begins with SBL at block 0." },
  "touches-protected": {
    severity: "error",
    rule: "Nothing touches what lies between MIBIB and TZ, cust_info, oemapp, sec or a name nobody knows.",
  },
  "outside-partition": { severity: "error", rule: "Every step lies in a partition of the map." },
  "spans-partitions": { severity: "error", rule: "No step reaches beyond its partition." },
  "image-too-large": { severity: "error", rule: "Every image fits its partition." },
  "no-room-for-bad-blocks": {
    severity: "error",
    rule: "Two per hundred and at least two blocks of a partition stay spare for bad blocks.",
  },
  unaligned: { severity: "error", rule: "Steps begin at a block; erases are whole blocks." },
  "empty-step": { severity: "error", rule: "No step is empty: an erase of nothing can mean the whole chip." },
  "not-erased-first": {
    severity: "error",
    rule: "Every programmed range is covered by an erase of the same plan.",
  },
  "programs-overlap": {
    severity: "error",
    rule: "No range is programmed twice, but by the same file at the same place.",
  },
  "sbl-not-erased": { severity: "error", rule: "All of SBL is erased, so that a cut run falls into EDL." },
  "sbl-not-once": { severity: "error", rule: "SBL is programmed once, at sector 0." },
  "map-not-written": {
    severity: "error",
    rule: "MIBIB is programmed with the very table the plan is proven by.",
  },
  "table-contradicts-map": { severity: "error", rule: "The partition XML says what MIBIB says." },
  "programmer-implausible": {
    severity: "error",
    rule: "The programmer is a whole 32-bit ARM ELF, or an MBN, of a size that fits the chip.",
  },
  "vendor-order": { severity: "note", rule: "An image stands behind the erase of its range." },
  "factory-rawprogram": {
    severity: "note",
    rule: "A rawprogram that does not end in _update is never used.",
  },
  "programmer-cannot-look": {
    severity: "note",
    rule: "The programmer announces read and getstorageinfo, by which a module is looked at before it is written.",
  },
  "table-unreadable": { severity: "note", rule: "The partition XML can be read and compared with MIBIB." },
  "map-checksum": { severity: "note", rule: "The partition table carries a checksum that fits it." },
  "map-short-of-flash": {
    severity: "note",
    rule: "The map ends where the NAND that the revision names ends.",
  },
  "md5-absent": { severity: "note", rule: "The vendor's md5.txt is there." },
  "md5-unlisted": { severity: "note", rule: "md5.txt lists every file." },
  "revision-by-index-only": { severity: "note", rule: "The package's own folder names its revision." },
} as const satisfies Record<string, { readonly severity: "error" | "note"; readonly rule: string }>;

export type LintRule = keyof typeof LINT_RULES;
export const LINT_RULE_CODES = Object.keys(LINT_RULES) as [LintRule, ...LintRule[]];

export interface Finding {
  readonly rule: LintRule;
  readonly severity: "error" | "note";
  readonly says: string;
  /** Inside the package; null where it is about the whole. */
  readonly file: string | null;
  readonly line: number | null;
}

/** A finding; how grave it is follows from its rule alone. */
export function findingOf(
  rule: LintRule,
  says: string,
  { file = null, line = null }: { file?: string | null; line?: number | null } = {},
): Finding {
  return { rule, severity: LINT_RULES[rule].severity, says, file, line };
}

export function errorsAmong(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ severity }) => severity === "error");
}

/** What a finding says, with its file in front, as editors read it; what says it by itself is not told twice. */
export function describeFinding({ says, file }: Pick<Finding, "says" | "file">): string {
  return file === null || says.startsWith(file) ? says : `${file}: ${says}`;
}
