import { describe, expect, it } from "vitest";
import { runUnderMock } from "./mock.js";
import type { SaharaReport } from "./sahara-child.js";
import { haveTool } from "./tools.js";
import { type TapeStep, usbfsTape, words } from "./usbfs-tape.js";

/** What the kernel says of a URB (errno.h). */
const EPIPE = -32;
const ESHUTDOWN = -108;

const NODE = "/dev/bus/usb/001/007";
const PIECE = (offset: number, lengthBytes: number) =>
  Buffer.from(Uint8Array.from({ length: lengthBytes }, (_, at) => (offset + at) % 251)).toString("hex");

/** Written by hand from the packet layouts (domain.md 4.2, 4.4b), not by the code under test. */
const HELLO: TapeStep = { direction: "in", hex: words(1, 48, 2, 1, 1024, 0, 0, 0, 0, 0, 0, 0) };
const SERIAL: readonly TapeStep[] = [
  HELLO,
  { direction: "out", hex: words(2, 48, 2, 1, 0, 3, 0, 0, 0, 0, 0, 0) },
  { direction: "in", hex: words(0x0b, 8) },
  { direction: "out", hex: words(0x0d, 12, 1) },
  { direction: "in", hex: words(0x0e, 16, 1, 4) },
  { direction: "out", hex: words(0x0f, 12, 1) },
  { direction: "in", hex: words(0x00c0ffee) },
  { direction: "out", hex: words(0x0c, 12, 0) },
];
const LOAD: readonly TapeStep[] = [
  HELLO,
  { direction: "out", hex: words(2, 48, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0) },
  { direction: "in", hex: words(3, 20, 13, 0, 4096) },
  { direction: "out", hex: PIECE(0, 4096) },
  { direction: "in", hex: words(3, 20, 13, 4096, 2048) },
  { direction: "out", hex: PIECE(4096, 2048) },
  { direction: "in", hex: words(4, 16, 13, 0) },
  { direction: "out", hex: words(5, 8) },
  { direction: "in", hex: words(6, 12, 0) },
];
const WHOLE = [...SERIAL, ...LOAD];

async function exchange(steps: readonly TapeStep[]): Promise<SaharaReport> {
  const replay = { option: "--ioctl" as const, node: NODE, text: usbfsTape(NODE, steps) };
  const { code, stdout, stderr } = await runUnderMock("sahara-child.ts", "edl.umockdev", replay);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout) as SaharaReport;
}

describe.skipIf(!haveTool("umockdev-run", "umockdev"))("Sahara over the real libusb, under umockdev", () => {
  it("finds EDL, reads the chip serial and hands over the programmer, every OUT byte as on the tape", async () => {
    expect(await exchange(WHOLE)).toEqual({
      found: [{ portPath: "1-1", ids: "05c6:9008" }],
      chipSerial: "00c0ffee",
      programmerBytes: 6_144,
      failed: null,
    });
  });

  it("the tape really asserts: one other byte in the last piece is refused", async () => {
    const other = WHOLE.map((step) =>
      step.hex === PIECE(4096, 2048) ? { ...step, hex: `ff${step.hex.slice(2)}` } : step,
    );
    const { programmerBytes, failed } = await exchange(other);
    expect({ programmerBytes, code: failed?.code }).toEqual({
      programmerBytes: 4_096,
      code: "transfer-failed",
    });
  });

  it("says module-gone when the kernel reports the device as shut down", async () => {
    const { failed } = await exchange([...SERIAL, { direction: "in", hex: "", status: ESHUTDOWN }]);
    expect(failed).toEqual({ code: "module-gone", facts: { what: "a read, interface 0 of 1-1" } });
  });

  it("says that the module refused when the endpoint stalls and the device is still there", async () => {
    const { failed } = await exchange([...SERIAL, { direction: "in", hex: "", status: EPIPE }]);
    expect(failed).toEqual({
      code: "transfer-failed",
      facts: { what: "a read, interface 0 of 1-1", reason: "the module refused it (stall)" },
    });
  });
});
