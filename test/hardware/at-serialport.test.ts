import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { AtReport } from "./at-child.js";
import { runUnderMock } from "./mock.js";
import { haveTool } from "./tools.js";

const SCRIPT = new URL("../../fixtures/umockdev/ati.script", import.meta.url);

describe.skipIf(!haveTool("umockdev-run", "umockdev"))("AT over the real serialport, under umockdev", () => {
  it("lists 2c7c:0125 with five interfaces and talks to the AT port that its descriptors name, but not for a device that was there before", async () => {
    const replay = {
      option: "--script" as const,
      node: "/dev/ttyUSB2",
      text: await readFile(SCRIPT, "utf8"),
    };
    const { code, stdout, stderr } = await runUnderMock("at-child.ts", "ec25.umockdev", replay);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const serial = { classes: [0xff, 0, 0] };
    expect(JSON.parse(stdout) as AtReport).toEqual({
      devices: 1,
      ids: [0x2c7c, 0x0125, 0x0318],
      interfaces: [
        { classes: [0xff, 0xff, 0xff], tty: "/dev/ttyUSB0" },
        { ...serial, tty: "/dev/ttyUSB1" },
        { ...serial, tty: "/dev/ttyUSB2" },
        { ...serial, tty: "/dev/ttyUSB3" },
        { classes: [0xff, 0xff, 0xff], tty: null },
      ],
      dm: "/dev/ttyUSB0",
      path: "/dev/ttyUSB2",
      answer: "ATI\r\r\nQuectel\r\nEC25\r\nRevision: EC25AFAR05A07M4G\r\n\r\nOK\r\n",
      stale: "module-gone",
    });
  });
});
