import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { UsbDevice } from "../../src/core/bus.js";
import { MmcliModems } from "../../src/device/witnesses/mmcli.js";
import { NORMAL } from "./fakes.js";

const MODEM = readFileSync(
  new URL("../../fixtures/witnesses/mmcli-registered.json", import.meta.url),
  "utf8",
);

/** A ModemManager of three modems with four serial ports each, and what mmcli was asked. */
function threeModems() {
  const asked: string[] = [];
  const run = async (
    _program: string,
    args: readonly string[],
    { signal }: { signal?: AbortSignal | undefined },
  ) => {
    asked.push(args.join(" "));
    await new Promise(setImmediate);
    if (signal?.aborted === true) return { code: null, stdout: "", stderr: "" };
    const at = Number(args[1]);
    const stdout =
      args[0] === "-L"
        ? JSON.stringify({ "modem-list": ["0", "1", "2"] })
        : MODEM.replace(/ttyUSB(\d)/g, (_, port: string) => `ttyUSB${4 * at + Number(port)}`);
    return { code: 0, stdout, stderr: "" };
  };
  return { asked, modems: new MmcliModems({ program: async () => "mmcli", run }) };
}

/** The module whose serial ports are numbered from `first`. */
function moduleAt(first: number): UsbDevice {
  const interfaces = NORMAL.interfaces.map((one, at) => ({
    ...one,
    tty: one.tty === null ? null : `/dev/ttyUSB${first + at}`,
  }));
  return { ...NORMAL, interfaces };
}

describe("the modem of a module", () => {
  it("is the one that has a port of it, found in one listing for all who look at once", async () => {
    const { asked, modems } = threeModems();
    const { signal } = new AbortController();
    const found = await Promise.all([0, 4, 8].map((first) => modems.find(moduleAt(first), signal)));
    const ports = found.map((one) => (one.kind === "modem" ? one.modem.ports : one.why));
    expect(ports.map((list) => list.includes("ttyUSB2"))).toEqual([true, false, false]);
    expect(ports.map((list) => list.includes("ttyUSB6"))).toEqual([false, true, false]);
    expect(ports.map((list) => list.includes("ttyUSB10"))).toEqual([false, false, true]);
    expect(asked).toEqual(["-L -J", "-m 0 -J", "-m 1 -J", "-m 2 -J"]);
  });

  it("is looked for anew by who comes later: ModemManager may know it then", async () => {
    const { asked, modems } = threeModems();
    expect(await modems.find(moduleAt(12))).toMatchObject({ kind: "nothing" });
    await modems.find(moduleAt(0));
    expect(asked.filter((args) => args === "-L -J")).toHaveLength(2);
  });

  it("is found although another who looked was stopped", async () => {
    const { modems } = threeModems();
    const stopped = new AbortController();
    const [first, second] = [modems.find(moduleAt(0), stopped.signal), modems.find(moduleAt(0))];
    stopped.abort();
    expect(await first).toEqual({ kind: "nothing", why: "ModemManager does not answer" });
    expect(await second).toMatchObject({ kind: "modem" });
  });
});
