import { readlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openPty } from "../../src/device/pty.js";

describe("openPty", () => {
  it("says which library is missing, in one line", async () => {
    const load = async () => ({
      requireBinary: () => {
        throw new Error(
          "\n\ncould not find the binary package\n\nThis can happen if you use --omit=optional\n",
        );
      },
    });
    await expect(openPty(load)).rejects.toMatchObject({
      code: "native-missing",
      facts: { library: "@lydell/node-pty", reason: "could not find the binary package" },
    });
  });

  it("says so when the package itself is not there", async () => {
    const load = () => Promise.reject(new Error("Cannot find package '@lydell/node-pty'"));
    await expect(openPty(load)).rejects.toMatchObject({ code: "native-missing" });
  });

  it("says so when the host gives no terminal", async () => {
    const load = async () => ({
      requireBinary: () => ({
        open: () => {
          throw new Error("openpty(3) failed.");
        },
      }),
    });
    await expect(openPty(load)).rejects.toMatchObject({
      code: "port-unavailable",
      facts: { path: "/dev/ptmx", reason: "openpty(3) failed." },
    });
  });

  it.runIf(process.platform === "linux")("takes what fits and says so; nothing of it blocks", async () => {
    const pty = await openPty();
    try {
      let taken = 0;
      let last = 1;
      while (last > 0) {
        last = pty.write(new Uint8Array(1000));
        taken += last;
      }
      expect(taken).toBeGreaterThan(1000);
      expect(taken).toBeLessThan(1_000_000);
    } finally {
      pty.close();
    }
    expect(pty.write(Uint8Array.of(1))).toBe(0);
    expect(() => readlinkSync(pty.path)).toThrow();
  });
});
