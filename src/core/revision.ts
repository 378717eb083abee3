import { isOtherFamily, modelOf } from "./family.js";
import type { Facts, HardwareCode } from "./facts.js";
import { buildLineOf, isNotReady, parseSuffix } from "./revision-suffix.js";

/** A Quectel revision, taken apart. `printRevision(parseRevision(x).revision)` gives x back to the letter. */
export interface Revision {
  /** The release, whole, as the module said it: `EC25AFAR05A07M4G_30.005.30.005`. A build date behind it is not part of it. */
  readonly text: string;
  /** All before `R`: `EC25AFA`. Equal to the code on the label of a rightly flashed module (domain.md 1.1). */
  readonly hardwareCode: string;
  /** The row of the closed table, or null for a code nobody recorded. */
  readonly hardware: HardwareCode | null;
  readonly model: string;
  readonly baseline: string;
  readonly build: string;
  /** `V04` when it is spelled out; most modules give it only by `AT+CSUB`. */
  readonly edition: string | null;
  /** `M4G`: NAND size in gigabits; `E2G` on the EC20 of the MDM9215. */
  readonly flash: string;
  /** `01.001.01.001`, `A0.200.A0.200`; absent from ATI, CGMR and QMI. */
  readonly subEdition: string | null;
  /** Carrier, customer, OCPU and BETA marks, in order: `OCPU`, `SKT`, `BETA1108`. */
  readonly marks: readonly string[];
  /** The text behind the flash size, kept whole for printing. */
  readonly suffix: string;
  /** Revisions compare only inside one hardware code and one build line. Null while no sub-edition is known. */
  readonly buildLine: string | null;
  /** `Nov 10 2016 17:00:00`, where QMI put it behind the revision. */
  readonly buildDate: string | null;
  /** What stood behind the release, kept whole for printing: `  1  [Nov 10 2016 17:00:00]`, mostly nothing. */
  readonly behind: string;
}

export type RevisionReading =
  | { readonly kind: "revision"; readonly revision: Revision }
  /** The application processor is not up yet. */
  | { readonly kind: "not-ready"; readonly text: string }
  | { readonly kind: "clone"; readonly text: string }
  /** Of a family that Quectel names otherwise, and that is certainly not judged here: `BG77LAR02A02` has no flash size. */
  | { readonly kind: "other-family"; readonly text: string }
  /** Not Quectel's grammar: custom firmware answers `0.5.1` (pinephone_modem_sdk#49). */
  | { readonly kind: "foreign"; readonly text: string };

/** Lazy up to the first `RnnAnn`, so one text has one code; which codes there are, the closed table says. */
const CODE = /[A-Z]{2}\d{2,3}[A-Z0-9]*?(?=R\d{2}A\d{2})/y;
const BASELINE = /R\d{2}/y;
const BUILD = /A\d{2}/y;
const EDITION = /V\d{2}/y;
const FLASH = /[ME]\d+G/y;
const WRITTEN = /\S*/y;
/** `1  [Nov 10 2016 17:00:00]`: what QMI puts behind a revision (quectel-CM logs). */
const BUILD_DATE = /^\s+\d+\s+\[([^\]]*)\]$/;

/** Reads what a module answered to `AT+QGMR`, `ATI` or `AT+CGMR`. Whole field only; never a prefix, never the nearest code. */
export function parseRevision(answer: string, facts: Facts): RevisionReading {
  const text = answer.trim();
  if (facts.clonePrefixes.some((prefix) => text.startsWith(prefix))) return { kind: "clone", text };
  const reader = new Reader(text);
  const code = reader.take(CODE);
  const baseline = reader.take(BASELINE)?.slice(1);
  const build = reader.take(BUILD)?.slice(1);
  const edition = reader.take(EDITION)?.slice(1) ?? null;
  const flash = reader.take(FLASH);
  const written = reader.take(WRITTEN) ?? "";
  const suffix = parseSuffix(written);
  const behind = reader.rest();
  const dated = BUILD_DATE.exec(behind);
  if (code === null || baseline === undefined || build === undefined || flash === null || suffix === null)
    return { kind: isOtherFamily(text, facts) ? "other-family" : "foreign", text };
  if (behind !== "" && dated === null) return { kind: "foreign", text };
  if (isNotReady(suffix)) return { kind: "not-ready", text };
  const hardware = facts.hardwareCodes.get(code) ?? null;
  return {
    kind: "revision",
    revision: {
      text: text.slice(0, text.length - behind.length),
      hardwareCode: code,
      hardware,
      model: hardware?.model ?? modelOf(code, facts),
      baseline,
      build,
      edition,
      flash,
      ...suffix,
      suffix: written,
      buildLine: buildLineOf(suffix),
      buildDate: dated?.[1] ?? null,
      behind,
    },
  };
}

/** The text the revision was read from, to the letter. */
export function printRevision(revision: Revision): string {
  const edition = revision.edition === null ? "" : `V${revision.edition}`;
  const { hardwareCode, baseline, build, flash, suffix, behind } = revision;
  return `${hardwareCode}R${baseline}A${build}${edition}${flash}${suffix}${behind}`;
}

/** `EC25AFAR05A07M4G`: what ATI, CGMR and QMI give. */
export function shortForm(revision: Revision): string {
  return printRevision({ ...revision, suffix: "", behind: "" });
}

/** The hardware code a text begins with as a revision does, or null: what can be said of one that the table may not hold. */
export function codeOfRevision(text: string, facts: Facts): string | null {
  const reading = parseRevision(text, facts);
  return reading.kind === "revision" ? reading.revision.hardwareCode : null;
}

/** True when both name the same release as far as the shorter one tells. A short form matches any sub-edition of itself. */
export function sameRelease(a: Revision, b: Revision): boolean {
  if (shortForm(a) !== shortForm(b)) return false;
  return a.suffix === b.suffix || a.suffix === "" || b.suffix === "";
}

/** Takes a text from left to right, a piece at a time; nothing is looked at twice. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The piece that `pattern` (sticky) finds here, or null, and then nothing is taken. */
  take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  rest(): string {
    return this.#text.slice(this.#at);
  }
}
