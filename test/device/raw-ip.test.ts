import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readRawIp } from "../../src/device/raw-ip.js";
import { NORMAL } from "./fakes.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "ecflash-raw-ip-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function interfaceWith(rawIp: string | null, number = 3): void {
  const net = join(root, "bus/usb/devices", `${NORMAL.portPath}:1.${number}`, "net/wwan0");
  mkdirSync(join(net, "qmi"), { recursive: true });
  if (rawIp !== null) writeFileSync(join(net, "qmi/raw_ip"), rawIp);
}

describe("readRawIp", () => {
  it.each([
    ["Y\n", true],
    ["N\n", false],
  ])("%j is %s", async (text, expected) => {
    interfaceWith(text);
    expect(await readRawIp(NORMAL, root)).toBe(expected);
  });

  it("is not known without the driver's word, an interface or sysfs", async () => {
    expect(await readRawIp(NORMAL, root)).toBeNull();
    interfaceWith(null);
    expect(await readRawIp(NORMAL, root)).toBeNull();
    expect(await readRawIp({ ...NORMAL, interfaces: [] }, root)).toBeNull();
  });
});
