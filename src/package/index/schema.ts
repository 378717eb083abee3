import * as z from "zod";
import type { Facts } from "../../core/facts.js";
import { SEVERITIES } from "../../core/severities.js";
import { parseRevision } from "../../core/revision.js";
import { ENGINES, type FirmwareIndex, INDEX_NAME, INDEX_SCHEMA, MAX_KEYS, type Release } from "./types.js";
import { MAX_ARCHIVE_BYTES, MAX_UNPACKED_BYTES, MAX_UNPACKED_ENTRIES } from "../limits.js";

/** A version beyond it could never be followed by another (`index-trust.ts`). */
const MAX_VERSION = 2 ** 31 - 1;

const hex64 = z.string().regex(/^[0-9a-f]{64}$/, "must be 64 lower-case hexadecimal digits");
const hardwareCode = z
  .string()
  .regex(/^[A-Z]{2}\d{2,3}[A-Z0-9]+$/, "must be a hardware code such as EC25AFA");
const instant = z.iso.datetime({ offset: true });
const words = z.string().min(1);

const evidence = z.array(
  z.strictObject({
    by: words,
    modules: z.int().nonnegative(),
    virtual: z.boolean(),
    date: z.iso.date().optional(),
    note: words.optional(),
  }),
);

/** Forward slashes, and nothing that leaves the package (the same rule as `entry-names.ts` has for archives). */
const insidePath = z
  .string()
  .regex(/^[\x21-\x5b\x5d-\x7e]+(?: [\x21-\x5b\x5d-\x7e]+)*$/, "must be a path with forward slashes")
  .refine((path) => path.split("/").every((part) => !["", ".", ".."].includes(part)), {
    message: "must stay inside the package",
  });

const release = z.strictObject({
  hardwareCodes: z.array(hardwareCode).min(1),
  orderOptions: z.array(z.string().regex(/^(?:\*|[A-Z0-9]+)$/, "must be an order option or *")).min(1),
  revision: words,
  line: words,
  geometry: z.strictObject({ pageSizeBytes: z.int().positive(), pagesPerBlock: z.int().positive() }),
  archive: z.strictObject({
    urls: z.array(words).min(1).max(16),
    sizeBytes: z.int().positive().max(MAX_ARCHIVE_BYTES),
    sha256: hex64,
  }),
  packageId: hex64,
  files: z
    .array(
      z.strictObject({
        path: insidePath,
        sizeBytes: z.int().nonnegative().max(MAX_UNPACKED_BYTES),
        sha256: hex64,
      }),
    )
    .min(1)
    .max(MAX_UNPACKED_ENTRIES)
    .refine((files) => new Set(files.map(({ path }) => path)).size === files.length, {
      message: "a path stands twice",
    }),
  planHash: hex64,
  recommended: z.boolean(),
  severity: z.enum(SEVERITIES),
  notes: z.string(),
  evidence,
  blockedEngines: z.array(z.strictObject({ engine: z.enum(ENGINES), reason: words })),
  retracted: z.strictObject({ reason: words, date: z.iso.date() }).optional(),
});

const edgeEnd = z.strictObject({
  hardwareCode,
  revision: words.optional(),
  buildLine: words.optional(),
});
const edge = z.strictObject({ from: edgeEnd, to: edgeEnd, evidence, note: z.string() });

const head = {
  schema: z.literal(INDEX_SCHEMA),
  name: z.string().regex(INDEX_NAME, "must be 1 to 64 of a-z, 0-9 and -"),
  version: z.int().positive().max(MAX_VERSION),
  issued: instant,
  expires: instant,
  keys: z
    .array(z.string().regex(/^RW[A-Za-z0-9+/]{54}$/, "must be a minisign public key"))
    .min(1)
    .max(MAX_KEYS),
  threshold: z.int().positive(),
};

/** `ecflash.index/1` as it is published: what no client leaves anything out of. */
export const indexSchema = z.strictObject({ ...head, releases: z.array(release), edges: z.array(edge) });

/** As a client reads it: the head to the letter, entries one by one. */
const lenient = z.strictObject({ ...head, releases: z.array(z.unknown()), edges: z.array(z.unknown()) });

export interface ReadIndex {
  readonly index: FirmwareIndex;
  /** Entries that are not taken, each with its reason: what is not wholly understood is not offered. */
  readonly ignored: readonly string[];
}

/**
 * Parsed JSON as an index, or one line that says what is wrong with it. The head is read to the letter. A release or edge
 * that lacks a field, has an unknown one or contradicts its own revision is left out and told.
 */
export function readIndexJson(value: unknown, facts: Facts): ReadIndex | string {
  const result = lenient.safeParse(value);
  if (!result.success) return issuesOf(result.error);
  const { releases, edges, ...found } = result.data;
  const wrong = wrongHead(found);
  if (wrong !== null) return wrong;
  const ignored: string[] = [];
  const take = <T>(kind: string, entries: readonly unknown[], read: (entry: unknown) => T | string): T[] =>
    entries.flatMap((entry, at) => {
      const one = read(entry);
      if (typeof one !== "string") return [one];
      ignored.push(`${kind} ${nameOf(entry) ?? at + 1}: ${one}`);
      return [];
    });
  const readEdge = (entry: unknown) => {
    const one = edge.safeParse(entry);
    return one.success ? one.data : issuesOf(one.error);
  };
  const index = {
    ...found,
    releases: take("release", releases, (entry) => readRelease(entry, facts)),
    edges: take("edge", edges, readEdge),
  };
  const twice = index.releases.find(
    ({ revision }, at) => index.releases.findIndex((other) => other.revision === revision) !== at,
  );
  if (twice !== undefined) return `two releases have the same revision ${twice.revision}`;
  return { index, ignored };
}

function wrongHead({ keys, threshold, issued, expires }: z.infer<z.ZodObject<typeof head>>): string | null {
  const ids = keys.map((key) => Buffer.from(key, "base64").subarray(2, 10).toString("hex"));
  if (new Set(ids).size !== ids.length) return "keys: a key stands twice";
  if (threshold > keys.length) return `threshold: ${threshold} of ${keys.length} keys can never be met`;
  if (Date.parse(expires) <= Date.parse(issued)) return "expires: it is not after issued";
  return null;
}

function readRelease(entry: unknown, facts: Facts): Release | string {
  const result = release.safeParse(entry);
  return result.success ? (contradiction(result.data, facts) ?? result.data) : issuesOf(result.error);
}

/** What a release says of itself against what its revision says (design.md, "Words": closed table, whole revision). */
function contradiction({ revision, hardwareCodes, line }: Release, facts: Facts): string | null {
  const reading = parseRevision(revision, facts);
  if (reading.kind !== "revision") return `"${revision}" is not a revision`;
  const { hardwareCode: code, buildLine, text } = reading.revision;
  if (text !== revision) return `"${revision}" is more than a revision`;
  if (!hardwareCodes.includes(code)) return `hardwareCodes: ${code} of the revision is not among them`;
  const other = hardwareCodes.find((one) => one !== code);
  if (other !== undefined) return `hardwareCodes: ${other} is not that of the revision, ${code}`;
  if (!facts.hardwareCodes.has(code)) return `hardwareCodes: ${code} is not in the table`;
  if (buildLine === null) return "revision: it is not in full, so its build line is not known";
  return buildLine === line ? null : `line: it is ${line}, that of the revision ${buildLine}`;
}

function nameOf(entry: unknown): string | null {
  const named = z.object({ revision: z.string() }).safeParse(entry);
  return named.success ? named.data.revision.slice(0, 80) : null;
}

function issuesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join("; ");
}
