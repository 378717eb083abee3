import * as z from "zod/mini";

/**
 * The shape of every file in `manifests/`. Strict: an unknown key is an error, and no fact goes without its source and
 * standing. What names another row is checked in `resolve.ts`.
 */

const words = z.string().check(z.regex(/\S/, "must not be empty"));
const standing = z.enum(["seen", "table", "guess", "site"]);
const known = { standing, source: words };
const hexMask = z.string().check(z.regex(/^0x[0-9a-f]{1,32}$/, "must be a hex mask such as 0x80a"));
const usbId = z.string().check(z.regex(/^[0-9a-f]{4}$/, "must be four hex digits"));
const hardwareCode = z.string().check(z.regex(/^[A-Z]{2}[0-9]{2,3}[A-Z]+$/, "must be a hardware code"));

export const modelsFile = z.strictObject({
  models: z.array(z.strictObject({ model: words, role: z.enum(["judged", "neighbour"]), ...known })),
});

const factoryMask = z.strictObject({ gw: hexMask, lte: hexMask, ...known });

export const variantsFile = z.strictObject({
  variants: z.array(
    z.strictObject({
      name: z.string().check(z.regex(/^[A-Z]{2}[0-9]{2}-[A-Z]+$/, "must be a variant such as EC25-A")),
      model: words,
      region: words,
      lteBands: z.array(z.int().check(z.minimum(1), z.maximum(128))),
      factoryMask: z.nullable(factoryMask),
      ...known,
    }),
  ),
});

export const hardwareCodesFile = z.strictObject({
  hardwareCodes: z.array(
    z.strictObject({
      code: hardwareCode,
      model: words,
      variant: words,
      memory: z.string().check(z.regex(/^[A-Z]{2,4}$/, "must be a memory code such as FA")),
      flash: z
        .array(z.string().check(z.regex(/^[ME][0-9]+G$/, "must be a flash size such as M4G")))
        .check(z.minLength(1)),
      note: z.optional(words),
      ...known,
    }),
  ),
});

export const clonesFile = z.strictObject({
  clones: z.array(z.strictObject({ prefix: z.string().check(z.minLength(4)), ...known })),
});

export const usbModesFile = z.strictObject({
  usbModes: z.array(
    z.strictObject({
      vendorId: usbId,
      productId: usbId,
      interfaces: z.optional(z.int().check(z.minimum(1))),
      mode: z.enum(["normal", "edl", "dump", "fastboot"]),
      ...known,
    }),
  ),
});

export const knownRevisionsFile = z.strictObject({
  knownRevisions: z.array(z.strictObject({ text: words, hardwareCode, ...known })),
});

export type ModelRow = z.output<typeof modelsFile>["models"][number];
export type VariantRow = z.output<typeof variantsFile>["variants"][number];
export type HardwareCodeRow = z.output<typeof hardwareCodesFile>["hardwareCodes"][number];
export type KnownRevision = z.output<typeof knownRevisionsFile>["knownRevisions"][number];
