/** One transfer on the tape of a usbfs node. `status` is what the kernel says of it, a negative errno when it failed. */
export interface TapeStep {
  readonly direction: "in" | "out";
  readonly hex: string;
  readonly status?: number;
}

/** What the program under test offers for an IN transfer; the tape matches it exactly. */
export const READ_BYTES = 4_096;

/**
 * An ioctl tape in umockdev's text form (packages.md 8): type 3 is bulk, endpoint 129 is 0x81 IN. Transfers go one by one,
 * and an OUT transfer whose bytes are not those of the tape is refused with an error: the tape asserts them.
 */
export function usbfsTape(node: string, steps: readonly TapeStep[]): string {
  const lines = steps.map(({ direction, hex, status = 0 }) => {
    const bytes = hex.length / 2;
    const endpoint = direction === "in" ? 129 : 1;
    const offered = direction === "in" ? READ_BYTES : bytes;
    return `USBDEVFS_REAPURBNDELAY 0 3 ${endpoint} ${status} 0 ${offered} ${bytes} 0 ${hex.toUpperCase()}`;
  });
  return [`@DEV ${node}`, ...lines, ""].join("\n");
}

/** Little-endian 32-bit words as hex: how Sahara packets are written down. */
export function words(...values: number[]): string {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, at) => view.setUint32(at * 4, value, true));
  return Buffer.from(view.buffer).toString("hex");
}
