import { describe, expect, it } from "vitest";
import { parseDescriptors } from "../../src/device/descriptors.js";
import { descriptorBytes, hostFixture } from "./sysfs-tree.js";

async function ec25(): Promise<Uint8Array> {
  const device = (await hostFixture("default-qmi")).devices["1-1"];
  if (device === undefined) throw new Error("the fixture has no 1-1");
  return descriptorBytes(device);
}

const shape = (bytes: Uint8Array) =>
  parseDescriptors(bytes)?.configurations.map(({ value, interfaces }) => ({
    value,
    interfaces: interfaces.map(({ number, classCode, subclass, protocol, endpoints }) =>
      [
        number,
        [classCode, subclass, protocol].map((code) => code.toString(16).padStart(2, "0")).join("/"),
        ...endpoints.map(({ address, kind }) => `${address.toString(16)} ${kind}`),
      ].join(", "),
    ),
  }));

describe("parseDescriptors", () => {
  it("reads the default QMI composition of domain.md 3.1, 209 bytes of configuration", async () => {
    const bytes = await ec25();
    expect(bytes.length).toBe(18 + 209);
    expect(parseDescriptors(bytes)).toMatchObject({ vendorId: 0x2c7c, productId: 0x0125, bcdDevice: 0x0318 });
    expect(shape(bytes)).toEqual([
      {
        value: 1,
        interfaces: [
          "0, ff/ff/ff, 81 bulk, 1 bulk",
          "1, ff/00/00, 83 interrupt, 82 bulk, 2 bulk",
          "2, ff/00/00, 85 interrupt, 84 bulk, 3 bulk",
          "3, ff/00/00, 87 interrupt, 86 bulk, 4 bulk",
          "4, ff/ff/ff, 89 interrupt, 88 bulk, 5 bulk",
        ],
      },
    ]);
  });

  it("reads from a view into a larger buffer", async () => {
    const bytes = await ec25();
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 7);
    expect(parseDescriptors(larger.subarray(7))).toEqual(parseDescriptors(bytes));
  });

  it("gives null for every beginning that is not the whole", async () => {
    const bytes = await ec25();
    const taken = Array.from({ length: bytes.length }, (_, length) => bytes.subarray(0, length)).filter(
      (part) => parseDescriptors(part) !== null,
    );
    expect(taken).toEqual([]);
  });

  it.each([
    ["a descriptor of length 0, which would never end", 18 + 9, 0],
    ["a descriptor that runs over its configuration", 18 + 209 - 7, 8],
    ["an interface shorter than one", 18 + 9, 8],
    ["fewer endpoints than announced", 18 + 9 + 4, 3],
    ["more configurations than there are", 17, 2],
    ["something else in place of a configuration", 18 + 1, 4],
    ["something else in place of the device", 1, 2],
  ])("gives null for %s", async (_what, at, value) => {
    const bytes = await ec25();
    bytes[at] = value;
    expect(parseDescriptors(bytes)).toBeNull();
  });

  it("gives null for an endpoint before any interface", async () => {
    const bytes = await ec25();
    const early = bytes.slice();
    early.set([7, 5, 0x81, 2, 0, 2, 0, 2, 0xff], 18 + 9);
    expect(parseDescriptors(early)).toBeNull();
  });

  it("keeps alternate settings apart and knows every kind of endpoint", () => {
    const bytes = Uint8Array.from(
      Buffer.from(
        [
          "1201000200000040341201000000000000 01",
          "0902370001010080fa",
          "090400000001010000",
          "090400010401010000",
          "07050a000800 01 07058a010800 01 07058b020002 00 07058c030800 09",
        ]
          .join("")
          .replaceAll(" ", ""),
        "hex",
      ),
    );
    const interfaces = parseDescriptors(bytes)?.configurations[0]?.interfaces;
    expect(interfaces?.map(({ alternate }) => alternate)).toEqual([0, 1]);
    expect(interfaces?.[1]?.endpoints.map(({ kind }) => kind)).toEqual([
      "control",
      "isochronous",
      "bulk",
      "interrupt",
    ]);
  });
});
