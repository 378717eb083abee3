import type { Facts, HardwareCode } from "./facts.js";

/** A Quectel revision, taken apart. `printRevision(parseRevision(x).revision)` gives x back to the letter. */
export interface Revision {
  /** Whole, as the module said it: `EC25AFAR05A07M4G_30.005.30.005`. */
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
  /** `M4G`: NAND size in gigabits. */
  readonly flash: string;
  /** `01.001.01.001`, `A0.200.A0.200`; absent from ATI, CGMR and QMI. */
  readonly subEdition: string | null;
  /** Carrier, customer, OCPU and BETA marks, in order: `OCPU`, `SKT`, `BETA1108`. */
  readonly marks: readonly string[];
  /** The text behind the flash size, kept whole for printing. */
  readonly suffix: string;
  /** Revisions compare only inside one hardware code and one build line. Null while no sub-edition is known. */
  readonly buildLine: string | null;
}

export type RevisionReading =
  | { readonly kind: "revision"; readonly revision: Revision }
  /** The application processor is not up yet: the second half of the sub-edition is zero (ModemManager, mm-shared-quectel.c). */
  | { readonly kind: "not-ready"; readonly text: string }
  | { readonly kind: "clone"; readonly text: string }
  /** Not Quectel's grammar: custom firmware answers `0.5.1` (pinephone_modem_sdk#49). */
  | { readonly kind: "foreign"; readonly text: string };

const GRAMMAR =
  /^(?<code>[A-Z]{2}\d{2,3}[A-Z0-9]*?)R(?<baseline>\d{2})A(?<build>\d{2})(?:V(?<edition>\d{2}))?(?<flash>[ME]\d+G)(?<suffix>(?:[_#].*)?)$/;
const SUB_EDITION = /^[0-9A-Z]\d\.\d{3}(?:V\d{2})?(?:\.[0-9A-Z]\d(?:\.\d{3}(?:V\d{2})?)?)?$/;
const APP_NOT_READY = /\.00\.000$/;

/** Reads what a module answered to `AT+QGMR`, `ATI` or `AT+CGMR`. Whole field only; never a prefix, never the nearest code. */
export function parseRevision(answer: string, facts: Facts): RevisionReading {
  const text = answer.trim();
  if (facts.clonePrefixes.some((prefix) => text.startsWith(prefix))) return { kind: "clone", text };
  const found = GRAMMAR.exec(text)?.groups;
  if (found === undefined) return { kind: "foreign", text };
  if (APP_NOT_READY.test(text)) return { kind: "not-ready", text };
  const { code = "", baseline = "", build = "", edition, flash = "", suffix = "" } = found;
  const tokens = suffix.split(/(?=[_#])/).map((token) => token.replace(/^_/, ""));
  const subEdition = tokens.find((token) => SUB_EDITION.test(token)) ?? null;
  const marks = tokens.filter((token) => token !== "" && token !== subEdition);
  const hardware = facts.hardwareCodes.get(code) ?? null;
  return {
    kind: "revision",
    revision: {
      text,
      hardwareCode: code,
      hardware,
      model: hardware?.model ?? modelOf(code, facts),
      baseline,
      build,
      edition: edition ?? null,
      flash,
      subEdition,
      marks,
      suffix,
      buildLine: buildLineOf(subEdition, marks),
    },
  };
}

export function printRevision(revision: Revision): string {
  const edition = revision.edition === null ? "" : `V${revision.edition}`;
  return `${revision.hardwareCode}R${revision.baseline}A${revision.build}${edition}${revision.flash}${revision.suffix}`;
}

/** `EC25AFAR05A07M4G`: what ATI, CGMR and QMI give. */
export function shortForm(revision: Revision): string {
  return printRevision({ ...revision, suffix: "" });
}

/** True when both name the same release as far as the shorter one tells. A short form matches any sub-edition of itself. */
export function sameRelease(a: Revision, b: Revision): boolean {
  if (shortForm(a) !== shortForm(b)) return false;
  return a.suffix === b.suffix || a.suffix === "" || b.suffix === "";
}

function modelOf(code: string, facts: Facts): string {
  const known = [...facts.models.keys()].filter((model) => code.startsWith(model));
  return known.sort((a, b) => b.length - a.length)[0] ?? /^[A-Z]{2}\d{2,3}/.exec(code)?.[0] ?? code;
}

/** 01.x, 30.x, A0.x; the 20 line is told apart by hundreds (20.2xx, forums.quectel.com 44652); OCPU, BETA, carriers are their own. */
function buildLineOf(subEdition: string | null, marks: readonly string[]): string | null {
  const names = marks.map((mark) => mark.replace(/^BETA.*/, "BETA"));
  if (subEdition === null) return names.length > 0 ? names.join("+") : null;
  const [first = "", second = ""] = subEdition.split(".");
  const numbers = first === "20" ? `20.${second.slice(0, 1)}xx` : `${first}.x`;
  return [...names, numbers].join("+");
}
