import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { CheckDocument } from "../../src/ui/check-schema.js";
import { haveTool } from "./tools.js";

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real binary on the mocked bus: sysfs, the real serialport, and a tape that refuses any byte it does not hold. */
async function ecflashUnderMock(args: readonly string[]): Promise<Ended> {
  const home = await mkdtemp(join(tmpdir(), "ecflash-check-"));
  const mock = [
    "--device",
    path("fixtures/umockdev/ec25.umockdev"),
    "--script",
    `/dev/ttyUSB2=${path("fixtures/umockdev/check.script")}`,
  ];
  const env = { ...process.env, ECFLASH_STATE_DIR: home, ECFLASH_CACHE_DIR: home, XDG_CONFIG_HOME: home };
  try {
    return await new Promise((resolve) => {
      const command = [...mock, "--", process.execPath, path("bin/ecflash.js"), ...args];
      execFile("umockdev-run", command, { env, timeout: 30_000 }, (error, stdout, stderr) => {
        resolve({
          code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
          stdout,
          stderr,
        });
      });
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

describe.skipIf(!haveTool("umockdev-run", "umockdev"))("the binary on a mocked bus", () => {
  it("lists the module by port path with its four ttys", async () => {
    const { code, stdout, stderr } = await ecflashUnderMock(["list"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/normal +2c7c:0125.*ttyUSB0 \/dev\/ttyUSB1 \/dev\/ttyUSB2 \/dev\/ttyUSB3/);
    expect(stdout).not.toContain("virtual");
  });

  it("judges the thread's module by reads alone: mismatch, exit 10, and not virtual", async () => {
    const { code, stdout, stderr } = await ecflashUnderMock([
      "check",
      "--label",
      "EC25AFA-512-STD",
      "--format",
      "json",
    ]);
    expect({ code, stderr }).toEqual({ code: 10, stderr: "" });
    const [module] = (JSON.parse(stdout) as CheckDocument).modules;
    expect(module).toMatchObject({
      verdict: "mismatch",
      confidence: "certain",
      virtual: false,
      claimed: { revision: "EC25EFAR06A11M4G_01.001.01.001", variant: "EC25-E" },
      shown: {
        cfun: 7,
        bandMask: { gw: "0x260", lte: "0x80a" },
        sim: "READY",
        usbnet: 0,
        registration: "none",
      },
    });
  });
});
