/** The longest revision that was met has 40 letters (domain.md 1.5); what is much longer is none. */
const LENGTH_LIMIT = 80;

/** A field that could only be a Quectel revision. Whether it is one is for `core/revision.ts`, which has the table. */
const QUECTEL_SHAPE = /^[A-Z]{2}\d{2,3}[A-Z0-9]*R\d\dA\d\d(?:V\d\d)?[ME]\d+G(?:[_#][\w.#-]*)?$/;

/**
 * `1  [Nov 10 2016 17:00:00]`: the build date that QMI puts behind a revision; `- 05010820`: the carrier configuration that
 * fwupd puts there (fwupd pull request 4076).
 */
const BUILD_DATE = /^\d+\s+\[[^\]]*\]$|^- [\dA-F]{8}$/;

/** `EC25AFARXXXXXXXX` (the answer of support in the first thread), `EC25AFAR...`: what a revision should look like. */
const PLACEHOLDER = /xx|\.\.$/i;

/** A package is named as its revision, with what kind of file it is behind it. */
const FILE = /\.(?:zip|7z|rar|tar|tgz|gz|xz|bin|mbn|cab|html?|txt|pdf)$/i;

/** A whole field as a revision: `quectel` by its shape, `other` for a single word with a digit (`0.5.1`), else null. */
export function revisionText(field: string): { text: string; shape: "quectel" | "other" } | null {
  const [text = "", ...rest] = field
    .trim()
    .slice(0, 2 * LENGTH_LIMIT)
    .split(/\s+/);
  if (text.length > LENGTH_LIMIT || PLACEHOLDER.test(text) || FILE.test(text)) return null;
  if (rest.length > 0 && !BUILD_DATE.test(rest.join(" "))) return null;
  if (QUECTEL_SHAPE.test(text)) return { text, shape: "quectel" };
  return /^[\w.][\w.#-]*$/.test(text) && /\d/.test(text) ? { text, shape: "other" } : null;
}

/** `EC25AFAR05A07M4G`, whole: nothing else looks like it. */
export function isQuectelShape(text: string): boolean {
  return (
    text.length <= LENGTH_LIMIT && QUECTEL_SHAPE.test(text) && !FILE.test(text) && !PLACEHOLDER.test(text)
  );
}
