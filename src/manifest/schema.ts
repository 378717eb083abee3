import * as z from "zod/mini";

/**
 * The shape of every file in `manifests/`. Strict: an unknown key is an error, and no fact goes without its source and
 * standing. What names another row is checked in `names.ts`.
 */

const words = z.string().check(z.regex(/\S/, "must not be empty"));
const standing = z.enum(["seen", "table", "guess", "site"]);
const known = { standing, source: words, note: z.optional(words) };
const hexMask = z.string().check(z.regex(/^0x[0-9a-f]{1,32}$/, "must be a hex mask such as 0x80a"));
const usbId = z.string().check(z.regex(/^[0-9a-f]{4}$/, "must be four hex digits"));
const usbPair = z.string().check(z.regex(/^[0-9a-f]{4}:[0-9a-f]{4}$/, "must be USB ids such as 2c7c:0125"));
const hardwareCode = z.string().check(z.regex(/^[A-Z]{2}[0-9]{2,3}[A-Z]+$/, "must be a hardware code"));
const flash = z.string().check(z.regex(/^[ME][0-9]+G$/, "must be a flash size such as M4G"));
const band = z.int().check(z.minimum(1), z.maximum(128));

export const modelRow = z.strictObject({
  model: words,
  role: z.enum(["judged", "neighbour"]),
  usbIds: z.optional(z.array(usbPair)),
  ...known,
});

const factoryMask = z.strictObject({ gw: hexMask, lte: hexMask, ...known });

export const variantRow = z.strictObject({
  name: z.string().check(z.regex(/^[A-Z]{2}[0-9]{2}-[A-Z]+$/, "must be a variant such as EC25-A")),
  model: words,
  region: words,
  lteBands: z.array(band),
  wcdmaBands: z.optional(z.array(band)),
  gsmMhz: z.optional(z.array(z.int().check(z.minimum(450), z.maximum(1900)))),
  factoryMask: z.nullable(factoryMask),
  ...known,
});

/** Geometry of the NAND; one ordering code was met with two of them (eg25_recovery issue 29), so it decides nothing. */
const nand = z.strictObject({
  pageBytes: z.int().check(z.minimum(512)),
  blockBytes: z.int().check(z.minimum(16_384)),
  ...known,
});

export const hardwareCodeRow = z.strictObject({
  code: hardwareCode,
  model: words,
  variant: words,
  memory: z.string().check(z.regex(/^[A-Z]{2,4}$/, "must be a memory code such as FA")),
  /** Empty where only a label was met: `EC25-EUXGR` prints no size. */
  flash: z.array(flash),
  labels: z.optional(z.array(z.strictObject({ text: words, ...known }))),
  nand: z.optional(z.array(nand)),
  ...known,
});

export const cloneRow = z.strictObject({
  prefix: z.string().check(z.minLength(4)),
  answers: z.optional(z.array(words)),
  usbStrings: z.optional(z.array(words)),
  ...known,
});

export const customFirmwareRow = z.strictObject({ name: words, answers: z.array(words), ...known });

export const usbModeRow = z.strictObject({
  vendorId: usbId,
  productId: usbId,
  interfaces: z.optional(z.int().check(z.minimum(1))),
  mode: z.enum(["normal", "edl", "dump", "fastboot"]),
  ...known,
});

export const knownRevisionRow = z.strictObject({ text: words, hardwareCode, ...known });

/** The second field of an ordering code, and the flash size of the firmware that belongs to it. */
export const nandSizeRow = z.strictObject({
  megabytes: z.string().check(z.regex(/^[0-9]{2,5}$/, "must be a number of megabytes")),
  flash,
  ...known,
});

/** The third field; `mark` is the mark of its firmware, for a carrier's edition. */
export const orderOptionRow = z.strictObject({
  option: z.string().check(z.regex(/^[A-Z0-9]+$/, "must be an order option such as STD")),
  mark: z.optional(words),
  ...known,
});

export const buildLineRow = z.strictObject({ line: words, ...known });

const crossingEnd = z.strictObject({
  hardwareCode,
  baseline: z.optional(z.string().check(z.regex(/^[0-9]{2}$/, "must be two digits such as 06"))),
  buildLine: z.optional(words),
});

export const forbiddenCrossingRow = z.strictObject({
  from: crossingEnd,
  to: crossingEnd,
  bothWays: z.boolean(),
  ...known,
});

/** One end of a crossing that was gone: a short revision stands for its sub-editions. */
const testedEnd = z.strictObject({ hardwareCode, revision: words });

/** A way that was gone on real modules and told of in public. */
export const testedCrossingRow = z.strictObject({
  from: testedEnd,
  to: testedEnd,
  modules: z.int().check(z.minimum(1)),
  ...known,
});

/** A variant whose newer firmware may write what older firmware cannot read. */
export const oneWayVariantRow = z.strictObject({ variant: words, ...known });

/** A module that once ran `once` or newer must not go below `notBelow`. */
export const floorRow = z.strictObject({ hardwareCode, once: words, notBelow: words, ...known });
