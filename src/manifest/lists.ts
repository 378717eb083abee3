import * as z from "zod/mini";
import * as row from "./schema.js";

/** One kind of fact: its file, the shape of a row, and what may not stand twice. */
export interface List<R> {
  readonly file: string;
  /** The one key of the file, and the first part of every place in it: `variants[3].region`. */
  readonly list: string;
  readonly row: z.ZodMiniType<R>;
  readonly key: (row: R) => string;
  /** Where in a row the key stands, for the words of a finding; the row itself where it is made of several. */
  readonly keyAt?: string;
}

function list<R>(
  file: string,
  name: string,
  shape: z.ZodMiniType<R>,
  key: (row: R) => string,
  keyAt?: string,
): List<R> {
  return { file: `${file}.json`, list: name, row: shape, key, ...(keyAt === undefined ? {} : { keyAt }) };
}

/** Every list of facts in `manifests/`, by the name of its file without `.json`. */
export const LISTS = {
  models: list("models", "models", row.modelRow, ({ model }) => model, "model"),
  variants: list("variants", "variants", row.variantRow, ({ name }) => name, "name"),
  "hardware-codes": list("hardware-codes", "hardwareCodes", row.hardwareCodeRow, ({ code }) => code, "code"),
  "known-revisions": list("known-revisions", "knownRevisions", row.knownRevisionRow, ({ text }) => text),
  "usb-modes": list(
    "usb-modes",
    "usbModes",
    row.usbModeRow,
    ({ vendorId, productId, interfaces }) =>
      `${vendorId}:${productId} with ${interfaces ?? "any"} interfaces`,
  ),
  clones: list("clones", "clones", row.cloneRow, ({ prefix }) => prefix),
  "custom-firmware": list("custom-firmware", "customFirmware", row.customFirmwareRow, ({ name }) => name),
  "nand-sizes": list("nand-sizes", "nandSizes", row.nandSizeRow, ({ megabytes }) => megabytes),
  "order-options": list("order-options", "orderOptions", row.orderOptionRow, ({ option }) => option),
  "build-lines": list("build-lines", "buildLines", row.buildLineRow, ({ line }) => line),
  "forbidden-crossings": list(
    "forbidden-crossings",
    "forbiddenCrossings",
    row.forbiddenCrossingRow,
    ({ from, to }) => `${JSON.stringify(from)} to ${JSON.stringify(to)}`,
  ),
  "tested-crossings": list(
    "tested-crossings",
    "testedCrossings",
    row.testedCrossingRow,
    ({ from, to }) => `${from.revision} to ${to.revision}`,
  ),
  "one-way-variants": list(
    "one-way-variants",
    "oneWayVariants",
    row.oneWayVariantRow,
    ({ variant }) => variant,
    "variant",
  ),
  floors: list("floors", "floors", row.floorRow, ({ hardwareCode, once }) => `${hardwareCode} once ${once}`),
} as const;

export type ListName = keyof typeof LISTS;
export type RowOf<N extends ListName> = (typeof LISTS)[N] extends List<infer R> ? R : never;

export const LIST_NAMES = Object.keys(LISTS) as ListName[];

/** The whole file of a list, as its schema. */
export function fileSchema(name: ListName): z.ZodMiniType<Record<string, readonly unknown[]>> {
  const { list: key, row: shape } = LISTS[name];
  return z.strictObject({ [key]: z.array<z.ZodMiniType>(shape) });
}
