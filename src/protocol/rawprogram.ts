import { SaxesParser } from "saxes";
import { EcflashError } from "../core/errors.js";
import type { Geometry } from "../core/maps.js";

/** One element of a rawprogram file, in the file's order. Sectors are NAND pages. */
export type RawElement =
  | {
      readonly kind: "erase";
      readonly line: number;
      readonly column: number;
      readonly startSector: number;
      readonly sectorCount: number;
    }
  | {
      readonly kind: "program";
      readonly line: number;
      readonly column: number;
      readonly startSector: number;
      /** The room the vendor gives the image, not its size. */
      readonly sectorCount: number;
      /** Inside the package, with forward slashes: `update/sbl1.mbn`. */
      readonly path: string;
    };

export interface Rawprogram {
  /** `blockCount` is null: a rawprogram does not say how large the NAND is. */
  readonly geometry: Geometry;
  readonly elements: readonly RawElement[];
}

const SHARED = [
  "PAGES_PER_BLOCK",
  "SECTOR_SIZE_IN_BYTES",
  "num_partition_sectors",
  "physical_partition_number",
  "start_sector",
] as const;
const REQUIRED = { erase: SHARED, program: [...SHARED, "filename"] } as const;
/** `label` is a name for people; `last_sector` must agree with start and length. Quectel's EC25 files carry neither (domain.md 4.4). */
const OPTIONAL: readonly string[] = ["label", "last_sector"];
const PAGE_SIZES: readonly number[] = [512, 2048, 4096, 8192, 16384];
const BLOCK_PAGES: readonly number[] = [32, 64, 128, 256];
const MAX_SECTOR = 0xffffffff;

interface Place {
  readonly line: number;
  readonly column: number;
}
type Fail = (at: Place, reason: string) => EcflashError;

/**
 * Reads a rawprogram strictly: only `erase` and `program` inside one `data`, only attributes whose meaning is known here
 * (an `ecc_disabled` or `SkipWrite` nobody understands could change what is written), decimal numbers, one geometry,
 * ranges that are not empty (an erase without a proper range is a whole-chip erase, domain.md 4.2b).
 *
 * @param file name for messages
 * @param directory folder of the file inside the package; `filename` is relative to it (domain.md 4.4)
 * @throws EcflashError `rawprogram-malformed`
 */
export function parseRawprogram(text: string, file: string, directory = "update/firehose"): Rawprogram {
  const fail: Fail = ({ line, column }, reason) =>
    new EcflashError("rawprogram-malformed", { file, reason: `line ${line}, column ${column}: ${reason}` });
  const parser = new SaxesParser({ position: true, xmlns: false as const });
  const elements: RawElement[] = [];
  const seen: { geometry: Geometry | null } = { geometry: null };
  let open = 0;
  let began: Place = { line: 1, column: 0 };
  const refuse = (what: string) => {
    throw fail(parser, `${what} has no place here`);
  };
  parser.on("error", (error) => {
    throw fail(parser, `not well-formed XML: ${error.message}`);
  });
  parser.on("doctype", () => refuse("a document type"));
  parser.on("cdata", () => refuse("CDATA"));
  parser.on("processinginstruction", () => refuse("a processing instruction"));
  parser.on("text", (found) => {
    if (found.trim() !== "") refuse(`the text "${found.trim().slice(0, 40)}"`);
  });
  parser.on("opentagstart", () => {
    began = { line: parser.line, column: parser.column };
  });
  parser.on("opentag", ({ name, attributes }) => {
    open += 1;
    if (open === 1) {
      if (name !== "data" || Object.keys(attributes).length > 0) refuse(`the root <${name}>`);
      return;
    }
    if (open > 2 || (name !== "erase" && name !== "program"))
      throw fail(began, `the element <${name}> is not known`);
    const element = readElement(name, attributes, began, directory, fail);
    seen.geometry = sameGeometryThroughout(seen.geometry, attributes, began, fail);
    elements.push(element);
  });
  parser.on("closetag", () => {
    open -= 1;
  });
  parser.write(text).close();
  if (seen.geometry === null) throw fail(parser, "there is no erase and no program in it");
  return { geometry: seen.geometry, elements };
}

type Attributes = Readonly<Record<string, string>>;

function readElement(
  kind: "erase" | "program",
  attributes: Attributes,
  at: Place,
  directory: string,
  fail: Fail,
): RawElement {
  const required: readonly string[] = REQUIRED[kind];
  for (const name of Object.keys(attributes))
    if (!required.includes(name) && !OPTIONAL.includes(name))
      throw fail(at, `the attribute ${name} of <${kind}> is not known`);
  for (const name of required) if (attributes[name] === undefined) throw fail(at, `<${kind}> lacks ${name}`);
  const number = (name: string) => readNumber(attributes, name, at, fail);
  if (number("physical_partition_number") !== 0)
    throw fail(at, "physical_partition_number must be 0: NAND has one");
  const startSector = number("start_sector");
  const sectorCount = number("num_partition_sectors");
  if (sectorCount === 0) throw fail(at, "num_partition_sectors is 0, which can mean the whole chip");
  if (startSector + sectorCount > MAX_SECTOR) throw fail(at, "the range is beyond any NAND");
  if (attributes["last_sector"] !== undefined && number("last_sector") !== startSector + sectorCount - 1)
    throw fail(at, "last_sector contradicts start_sector and num_partition_sectors");
  if (kind === "erase") return { kind, ...at, startSector, sectorCount };
  const filename = attributes["filename"] ?? "";
  const path = resolveVendorPath(filename, directory);
  if (path === null) throw fail(at, `the filename "${filename}" is not inside the package`);
  return { kind, ...at, startSector, sectorCount, path };
}

function readNumber(attributes: Attributes, name: string, at: Place, fail: Fail): number {
  const text = attributes[name] ?? "";
  const value = Number(text);
  if (!/^(?:0|[1-9]\d{0,9})$/.test(text) || value > MAX_SECTOR)
    throw fail(at, `${name}="${text}" is not a decimal number`);
  return value;
}

function sameGeometryThroughout(
  known: Geometry | null,
  attributes: Attributes,
  at: Place,
  fail: Fail,
): Geometry {
  const pageSizeBytes = readNumber(attributes, "SECTOR_SIZE_IN_BYTES", at, fail);
  const pagesPerBlock = readNumber(attributes, "PAGES_PER_BLOCK", at, fail);
  if (!PAGE_SIZES.includes(pageSizeBytes) || !BLOCK_PAGES.includes(pagesPerBlock))
    throw fail(at, `${pagesPerBlock} pages of ${pageSizeBytes} bytes are no NAND block`);
  if (known === null) return { pageSizeBytes, pagesPerBlock, blockCount: null };
  if (known.pageSizeBytes !== pageSizeBytes || known.pagesPerBlock !== pagesPerBlock)
    throw fail(at, "its geometry differs from the lines before");
  return known;
}

/**
 * A vendor's path as a path inside the package: `..\sbl1.mbn` seen from `update/firehose` is `update/sbl1.mbn`. Null
 * when it is empty, absolute, names a drive, leaves the package, does not end in a name or holds other than printable ASCII.
 */
export function resolveVendorPath(vendorPath: string, directory: string): string | null {
  const steps = vendorPath.replaceAll("\\", "/").split("/");
  const last = steps.at(-1) ?? "";
  if (!/^[\x20-\x7e]+$/.test(vendorPath) || vendorPath.includes(":") || last === "." || last === "..")
    return null;
  const parts = directory === "" ? [] : directory.split("/");
  for (const step of steps) {
    if (step === "") return null;
    if (step === ".") continue;
    if (step !== "..") parts.push(step);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}
