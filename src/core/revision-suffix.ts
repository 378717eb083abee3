/** What stands behind the flash size of a revision, taken apart: `_30.005.30.005`, `_OCPU_BETA1229`, `#STW`. */
export interface Suffix {
  /** `01.001.01.001`, `A0.200.A0.200`, `01.006V03.01.006V03`, `01.001.02`, `A0.301`; null where there is none. */
  readonly subEdition: string | null;
  /** All else, in order: `OCPU`, `SKT`, `BETA1108`, `BETA_20200428F`, `#STW`. */
  readonly marks: readonly string[];
}

/** `01.001`, `A0.200`, `01.006V03`: one half of a sub-edition. */
const HALF = /[0-9A-Z]\d\.\d{3}(?:V\d{2})?/.source;
/** Two, three and four parts were met (domain.md 1.5). */
const SUB_EDITION = new RegExp(`^${HALF}(?:\\.(?:${HALF}|[0-9A-Z]\\d))?$`);
const WORD = /^[\w.-]*$/;
const DAY_OF_BETA = /^\d{4,8}[A-Z]?$/;

/** Takes a suffix apart, or null where it holds what no revision has. Empty text is a suffix without anything. */
export function parseSuffix(suffix: string): Suffix | null {
  let subEdition: string | null = null;
  const marks: string[] = [];
  for (const token of suffix.split(/(?=[_#])/).filter((part) => part !== "")) {
    const word = token.slice(1);
    const by = token.slice(0, 1);
    if ((by !== "_" && by !== "#") || !WORD.test(word)) return null;
    const last = marks.at(-1);
    if (by === "_" && subEdition === null && SUB_EDITION.test(word)) subEdition = word;
    // `_BETA_20200428F` is one mark with its day, as `_BETA1108` is.
    else if (by === "_" && last === "BETA" && DAY_OF_BETA.test(word)) marks.splice(-1, 1, `${last}_${word}`);
    else if (word !== "") marks.push(by === "#" ? token : word);
  }
  return { subEdition, marks };
}

/** The second half is zero while the application processor is not up yet (ModemManager, mm-shared-quectel.c). */
export function isNotReady({ subEdition }: Suffix): boolean {
  return subEdition !== null && /\.00\.000(?:V\d{2})?$/.test(subEdition);
}

/**
 * 01.x, 30.x, A0.x; the 20 line is told apart by hundreds (20.2xx, forums.quectel.com 44652); OCPU, BETA, carrier and
 * customer editions are lines of their own. Null while neither is known.
 */
export function buildLineOf({ subEdition, marks }: Suffix): string | null {
  const names = marks.map((mark) => mark.replace(/^BETA.*/, "BETA"));
  if (subEdition === null) return names.length > 0 ? names.join("+") : null;
  const [first = "", second = ""] = subEdition.split(".");
  const numbers = first === "20" ? `20.${second.slice(0, 1)}xx` : `${first}.x`;
  return [...names, numbers].join("+");
}
