/** Negative numbers are libusb's errors, positive ones the status of a finished transfer (libusb.h, 1.0 ABI). */
export const ERRNO = { io: -1, access: -3, noDevice: -4, notFound: -5, busy: -6 } as const;
export const TRANSFER = {
  error: 1,
  timedOut: 2,
  cancelled: 3,
  stall: 4,
  noDevice: 5,
  overflow: 6,
} as const;

const REASONS: Readonly<Record<number, string>> = {
  [ERRNO.io]: "the device or the bus failed",
  [ERRNO.access]: "permission denied for this user",
  [ERRNO.noDevice]: "it is on the bus, but its node below /dev/bus/usb is missing",
  [ERRNO.notFound]: "no such interface in its active configuration",
  [ERRNO.busy]: "another program holds it",
  [TRANSFER.error]: "the device or the bus failed",
  [TRANSFER.cancelled]: "it was cancelled, because this side closed",
  [TRANSFER.stall]: "the module refused it (stall)",
  [TRANSFER.overflow]: "the module sent more than was asked for",
};

/** The number a LibUSBException carries; null for any other error. */
export function errnoOf(error: unknown): number | null {
  if (!(error instanceof Error) || !("errno" in error)) return null;
  return typeof error.errno === "number" ? error.errno : null;
}

/** A libusb number in words. */
export function reasonFor(errno: number): string {
  return REASONS[errno] ?? `libusb error ${errno}`;
}
