import * as z from "zod";

/**
 * A fault of a scenario: what happens, and at which act of the host. The names are those of `sim/faults.ts`, which says
 * what each is; a test holds both lists equal, since the two rooms do not know each other.
 */

const FAULT_NAMES = [
  // The module leaves the bus and loses power; `returnMs` brings it back.
  "unplug",
  // The programmer or the boot ROM refuses the item.
  "nak",
  // No answer any more, until power is lost.
  "stall",
  // `at`: this one command gets no answer.
  "silence",
  // The host's transfer is never taken.
  "write-timeout",
  // The transfer ends before all of its bytes were taken.
  "short-write",
  // The empty packet behind a transfer is lost; seen only with the switch `zlpAware`.
  "zlp-lost",
  // A block wears out and is skipped from then on.
  "bad-block-grows",
  // At `reset`: what the module is like when it is back.
  "efs-lost",
  "imei-lost",
  "wrong-revision",
  "network-changed",
  // At `reset` and `edl-switch`: how it comes back.
  "no-return",
  "slow-return",
  "no-gap",
  "other-port-path",
  "tty-renumbered",
  // At `edl-switch`: the DM port does not echo the frame.
  "echo-missing",
  // One request of the look before the write is refused.
  "read-refused",
  "storage-info-refused",
  "chip-serial-refused",
] as const;

const FAULT_ITEMS = [
  // An AT command.
  "at",
  "edl-switch",
  // Sahara: command mode, and the programmer's image.
  "chip-serial",
  "sahara",
  // Firehose commands.
  "configure",
  "getstorageinfo",
  "read",
  "erase",
  "program",
  "nop",
  "benchmark",
  "power",
  // The restart that a host asked for.
  "reset",
] as const;

export const simState = z.enum(["ready", "absent", "pin", "puk", "failure", "not-ready"]);
export const registration = z.enum(["home", "roaming", "searching", "denied", "none", "emergency"]);
export const portPath = z.string().regex(/^\d+-\d+(\.\d+)*$/);

const count = z.int().nonnegative();

export const faultSchema = z
  .strictObject({
    name: z.enum(FAULT_NAMES),
    at: z.strictObject({
      item: z.enum(FAULT_ITEMS),
      // A name of the factory map; null is any.
      partition: z.string().nullable().default(null),
      // `at`: the command as it is sent; null is any.
      command: z.string().nullable().default(null),
      // The how-manieth such item.
      nth: z.int().positive().default(1),
      // Of an image on its way to the module.
      afterBytes: count.default(0),
    }),
    // How often; null is always.
    times: z.int().positive().nullable().default(1),
    // `unplug`: until power is back, null is never. `slow-return`: how much later than usual.
    returnMs: z.number().nonnegative().nullable().default(null),
    // `wrong-revision`.
    revision: z.string().nullable().default(null),
    // `other-port-path`.
    portPath: portPath.nullable().default(null),
    // `network-changed`; null stays as it is.
    sim: simState.nullable().default(null),
    registration: registration.nullable().default(null),
  })
  .refine(({ name, portPath: path }) => name !== "other-port-path" || path !== null, {
    error: "other-port-path needs a portPath",
  });
