import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describe as describeDevice } from "../../src/sim/usbip/descriptors.js";
import { NV_DEFAULTS, type UsbConfiguration } from "../../src/sim/nv.js";
import { normalDevice, type UsbSwitches } from "../../src/sim/usb.js";
import { descriptorBytes, hostFixture, type HostName } from "../device/sysfs-tree.js";

const SWITCHES: UsbSwitches = {
  usbStrings: "android",
  usbClass: "miscellaneous",
  adbPlace: "last",
  crashMode: "quectel",
};

interface Change extends Partial<UsbSwitches> {
  readonly usbnet?: number;
  readonly usbcfg?: Partial<UsbConfiguration>;
}

function bytesOf({ usbnet = 0, usbcfg, ...switches }: Change = {}) {
  const place = { portPath: "1-1", deviceNumber: 5, firstTty: 0 };
  const choice = { usbnet, usbcfg: { ...NV_DEFAULTS.usbcfg, ...usbcfg } };
  const revision = "EC25EFAR06A11M4G_01.001.01.001";
  const appearance = { switches: { ...SWITCHES, ...switches }, choice, revision, strings: null };
  const { device, configuration, strings } = describeDevice(normalDevice(place, appearance, 0x12345678));
  const texts = strings.slice(1).map((bytes) => Buffer.from(bytes).toString("utf16le", 2));
  return { device: hex(device), configuration: hex(configuration), texts };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** Descriptors of a configuration as hex, one each: every one begins with its length. */
function pieces(configuration: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < configuration.length; ) {
    const end = at + Number.parseInt(configuration.slice(at, at + 2), 16) * 2;
    expect(end).toBeGreaterThan(at);
    found.push(configuration.slice(at, end));
    at = end;
  }
  return found;
}

/** A pattern of hex bytes, `??` for any. */
function masked(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(" ", "").replaceAll("??", "..")}$`);
}

const seen = JSON.parse(
  readFileSync(new URL("../../fixtures/descriptors/ec25-seen.json", import.meta.url), "utf8"),
) as Record<"device", string> & Record<"configuration" | "audio", string[]>;

describe("the default composition", () => {
  it("is what was seen of real modules, byte for byte", () => {
    const { device, configuration, texts } = bytesOf();
    expect(device).toMatch(masked(seen.device));
    expect(configuration).toMatch(masked(seen.configuration.join("")));
    expect(configuration.length).toBe(209 * 2);
    expect(texts).toEqual(["Android", "Android"]);
  });

  it("has the audio interfaces that were seen when uac is on, in their order", () => {
    const all = pieces(bytesOf({ usbcfg: { uac: true } }).configuration);
    const from = all.findIndex((piece) => masked(seen.audio[0] ?? "").test(piece));
    const found = all.slice(from).filter((piece) => seen.audio.some((mask) => masked(mask).test(piece)));
    expect(found).toHaveLength(seen.audio.length);
    seen.audio.forEach((mask, index) => expect(found[index]).toMatch(masked(mask)));
  });

  it("names the claimed variant in newer firmware, and has no device class in older", () => {
    expect(bytesOf({ usbStrings: "quectel" }).texts).toEqual(["Quectel", "EC25-E"]);
    expect(bytesOf({ usbClass: "none" }).device).toMatch(masked(seen.device.replace("ef 02 01", "00 00 00")));
  });
});

describe("other compositions", () => {
  const fixture = async (name: HostName) => {
    const device = (await hostFixture(name)).devices["1-1"];
    if (device === undefined) throw new Error(name);
    return hex(descriptorBytes(device));
  };

  it("are the fixtures of the device room: RNDIS, and ADB in front", async () => {
    const rndis = bytesOf({ usbnet: 3 });
    expect(rndis.device + rndis.configuration).toBe(await fixture("rndis"));
    const adb = bytesOf({ usbcfg: { adb: true }, adbPlace: "first" });
    const withAdb = adb.device + adb.configuration;
    expect(withAdb).toBe(await fixture("adb-first"));
  });

  it("ECM names its address in a string that its descriptor points to", () => {
    const { configuration, texts } = bytesOf({ usbnet: 1 });
    const ethernet = pieces(configuration).find((piece) => piece.startsWith("0d240f"));
    expect(texts[Number.parseInt(ethernet?.slice(6, 8) ?? "", 16) - 1]).toBe("020012345678");
  });

  it.each([
    ["ECM", 1, "0904040001020600", ["0904050000 0a0000", "0904050102 0a0000"]],
    ["MBIM", 2, "0904040001020e00", ["0904050000 0a0002", "0904050102 0a0002"]],
  ] as const)(
    "%s has its endpoints in alternate setting 1 of its data interface",
    (_, usbnet, control, data) => {
      const found = pieces(bytesOf({ usbnet }).configuration).filter((piece) => piece.startsWith("0904"));
      expect(found.map((piece) => piece.slice(0, 16))).toEqual(
        expect.arrayContaining([control, ...data.map((text) => text.replace(" ", ""))]),
      );
      expect(found).toHaveLength(7);
    },
  );

  it("count their own length and their interfaces, whatever is on", () => {
    for (let bits = 0; bits < 1 << 9; bits += 1) {
      const on = (bit: number) => (bits & (1 << bit)) !== 0;
      const usbcfg = {
        ...{ diag: on(2), nmea: on(3), at: on(4), modem: on(5), rmnet: on(6), adb: on(7), uac: on(8) },
      };
      const { configuration } = bytesOf({ usbnet: bits & 3, usbcfg });
      const all = pieces(configuration);
      const [head = ""] = all;
      expect(Buffer.from(head, "hex").readUInt16LE(2)).toBe(configuration.length / 2);
      const numbers = all.filter((piece) => piece.startsWith("0904")).map((piece) => piece.slice(4, 6));
      const interfaces = [...new Set(numbers)].map((number) => Number.parseInt(number, 16));
      expect(interfaces).toEqual(interfaces.map((_, index) => index));
      expect(interfaces).toHaveLength(Buffer.from(head, "hex").readUInt8(4));
    }
  });
});
