import * as z from "zod";
import { VERDICTS } from "../core/verdict-meaning.js";

/** The parts of a scenario that say what a device shows of itself, and what is made of it. */

const usbId = z.int().min(0).max(0xffff);

/** The ids in decimal, since JSON has no other numbers: 11388 is 0x2C7C, 293 is 0x0125. */
export const usbcfg = z.strictObject({
  vendorId: usbId.default(0x2c7c),
  productId: usbId.default(0x0125),
  diag: z.boolean().default(true),
  nmea: z.boolean().default(true),
  at: z.boolean().default(true),
  modem: z.boolean().default(true),
  rmnet: z.boolean().default(true),
  adb: z.boolean().default(false),
  uac: z.boolean().default(false),
});

/** How a module shows itself on the bus, where modules differ. */
export const usbSwitches = {
  usbStrings: z.enum(["android", "quectel"]).default("android"),
  usbClass: z.enum(["miscellaneous", "none"]).default("miscellaneous"),
  adbPlace: z.enum(["last", "first"]).default("last"),
  crashMode: z.enum(["quectel", "qualcomm"]).default("quectel"),
};

/** What differs where the device is no EC25. */
export const identity = z.strictObject({
  maker: z.string().min(1).default("Quectel"),
  model: z.string().min(1).nullable().default(null),
  strings: z
    .strictObject({ manufacturer: z.string().min(1), product: z.string().min(1) })
    .nullable()
    .default(null),
  chip: z
    .string()
    .regex(/^0x[0-9a-f]{16}$/)
    .default("0x000480e100000000"),
  programmer: z.enum(["accepted", "refused"]).default("accepted"),
});

/** Verdicts of `check`. */
export const verdict = z.enum(VERDICTS);
