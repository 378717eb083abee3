import * as z from "zod/mini";
import type { UsbDevice } from "../../core/bus.js";
import { EcflashError, messageOf } from "../../core/errors.js";

/** `ecflash.traffic/1`: a header, then one line for each transfer and each change of a module's place. */

export const TRAFFIC_SCHEMA = "ecflash.traffic/1";
/** Larger than any image; a count a replay must not believe without a limit. */
const LENGTH_LIMIT = 1024 ** 3;

const count = z.int().check(z.minimum(0));
const time = z.number().check(z.minimum(0));
const portPath = z.string().check(z.regex(/^\d+-[\d.]+$/, "must be a port path such as 1-1.2"));
/** By the descriptors alone: several functions, the boot ROM's ids, anything else. */
const mode = z.enum(["normal", "edl", "other"]);
const place = { ms: time, portPath };

const device = z.strictObject({
  portPath,
  deviceNumber: count,
  vendorId: count,
  productId: count,
  bcdDevice: count,
  product: z.nullable(z.string()),
  interfaces: z.array(
    z.strictObject({
      number: count,
      classCode: count,
      subclass: count,
      protocol: count,
      endpoints: z.array(
        z.strictObject({ address: count, kind: z.enum(["bulk", "interrupt", "isochronous", "control"]) }),
      ),
      tty: z.nullable(z.string()),
    }),
  ),
  virtual: z.optional(z.boolean()),
});

const header = z.strictObject({
  schema: z.literal(TRAFFIC_SCHEMA),
  /** What was recorded: a command, or a bench. */
  recorded: z.string(),
  masked: z.literal(true),
  devices: z.array(device),
});

const transfer = { ...place, interface: count, mode, dir: z.enum(["out", "in"]) };
const line = z.union([
  z.strictObject({
    ...transfer,
    text: z.string().check(z.regex(/^[\u0000-\u00ff]*$/, "must be one byte a character")),
  }),
  z.strictObject({
    ...transfer,
    hex: z.string().check(z.regex(/^(?:[\da-f]{2})*$/, "must be pairs of hex")),
  }),
  z.strictObject({
    ...transfer,
    bytes: count.check(z.maximum(LENGTH_LIMIT)),
    sha256: z.string().check(z.regex(/^[\da-f]{64}$/, "must be a SHA-256")),
  }),
  z.strictObject({ ...place, gone: z.literal(true) }),
  z.strictObject({ ...place, mode, device }),
]);

export type TrafficHeader = Omit<z.infer<typeof header>, "devices"> & {
  readonly devices: readonly UsbDevice[];
};
export type TrafficMode = z.infer<typeof mode>;
/** What was said: text or bytes, or, for images and what nobody may copy, how much it was and its SHA-256. */
export type Payload =
  | { readonly text: string }
  | { readonly hex: string }
  | { readonly bytes: number; readonly sha256: string };
export type Direction = "out" | "in";
export type Transfer = {
  readonly ms: number;
  readonly portPath: string;
  readonly interface: number;
  readonly mode: TrafficMode;
  /** As USB says it: `out` from the host. */
  readonly dir: Direction;
} & Payload;
/** A module left the bus, or came to it, or shows other interfaces. */
export type PlaceChange =
  | { readonly ms: number; readonly portPath: string; readonly gone: true }
  | {
      readonly ms: number;
      readonly portPath: string;
      readonly mode: TrafficMode;
      readonly device: UsbDevice;
    };
export type TrafficLine = Transfer | PlaceChange;

export interface Recording {
  readonly header: TrafficHeader;
  readonly lines: readonly TrafficLine[];
}

export function isTransfer(found: TrafficLine): found is Transfer {
  return "dir" in found;
}

export function modeByDescriptor({ vendorId, productId, interfaces }: UsbDevice): TrafficMode {
  if (interfaces.length > 1) return "normal";
  return vendorId === 0x05c6 && productId === 0x9008 ? "edl" : "other";
}

export function encodeLine(value: TrafficHeader | TrafficLine): string {
  return `${JSON.stringify(value)}\n`;
}

/** Reads a recording. `path` is for the words of a failure. Throws `input-unreadable`, with the number of the line. */
export function readRecording(text: string, path: string): Recording {
  const rows = text.split("\n");
  if (rows.at(-1) === "") rows.pop();
  const read = <T>(schema: z.ZodMiniType<T>, at: number): T => {
    const found = schema.safeParse(jsonOf(rows[at] ?? "", path, at + 1));
    if (found.success) return found.data;
    const [issue] = found.error.issues;
    throw unreadable(path, at + 1, `${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim());
  };
  const head = read(header, 0) as TrafficHeader;
  const known = new Set(head.devices.map((one) => one.portPath));
  const lines = rows.slice(1).map((_, index) => {
    const found = read(line, index + 1) as TrafficLine;
    if (!isTransfer(found) && "device" in found) known.add(found.portPath);
    if (!known.has(found.portPath))
      throw unreadable(path, index + 2, `no module was at ${found.portPath} before`);
    return found;
  });
  return { header: head, lines };
}

function jsonOf(row: string, path: string, number: number): unknown {
  try {
    return JSON.parse(row);
  } catch (error) {
    const reason = row === "" ? "it is empty" : `it is no JSON (${messageOf(error)})`;
    throw unreadable(path, number, reason);
  }
}

function unreadable(path: string, number: number, reason: string): EcflashError<"input-unreadable"> {
  return new EcflashError("input-unreadable", { path, reason: `line ${number} of the recording: ${reason}` });
}
