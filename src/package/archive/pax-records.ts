/** What a pax header changes of the entry behind it. */
export interface PaxRecords {
  readonly path: string | null;
  readonly sizeBytes: number | null;
}

/** They change neither name nor content: times, owners, comments, and what libarchive and star add of their own. */
const HARMLESS = /^(?:[amc]time|[ug]id|[ug]name|comment|hdrcharset|charset|LIBARCHIVE\..+|SCHILY\..+)$/;

/**
 * The records of a pax header, `LENGTH KEY=VALUE\n` each (POSIX, pax extended header). A string says why they are not
 * acceptable: a length that lies, a key twice, or a key that would make another file of the entry (a link, a sparse
 * file).
 */
export function readPaxRecords(body: Buffer): PaxRecords | string {
  const values = new Map<string, string>();
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const digits = space < 0 ? "" : body.toString("latin1", at, space);
    const end = at + Number(digits);
    if (!/^[1-9]\d{0,5}$/.test(digits) || end > body.length || body[end - 1] !== 0x0a)
      return "a pax header that is damaged";
    const record = body.toString("utf8", space + 1, end - 1);
    const equals = record.indexOf("=");
    if (equals < 1) return "a pax header that is damaged";
    const key = record.slice(0, equals);
    if (values.has(key)) return `a pax header that tells ${key} twice`;
    if (key !== "path" && key !== "size" && !HARMLESS.test(key)) return `a pax header with ${key}`;
    values.set(key, record.slice(equals + 1));
    at = end;
  }
  const [path, size] = [values.get("path") ?? null, values.get("size") ?? null];
  if (size !== null && !/^\d{1,15}$/.test(size)) return "a pax header with a size that is no number";
  return { path, sizeBytes: size === null ? null : Number(size) };
}
