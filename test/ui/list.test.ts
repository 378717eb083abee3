import { describe, expect, it } from "vitest";
import type { UsbDevice } from "../../src/core/bus.js";
import { type ListRow, listJson, listText } from "../../src/ui/list.js";
import { HOSTILE } from "./judgements.js";

const device = (change: Partial<UsbDevice>): UsbDevice => ({
  portPath: "1-1.2",
  deviceNumber: 4,
  vendorId: 0x2c7c,
  productId: 0x0125,
  bcdDevice: 0x318,
  product: "EC25-E",
  interfaces: [0, 1].map((number) => ({
    number,
    classCode: 255,
    subclass: 255,
    protocol: 255,
    endpoints: [],
    tty: `/dev/ttyUSB${number}`,
  })),
  ...change,
});

const ROWS: readonly ListRow[] = [
  { device: device({}), mode: "normal", virtual: false },
  {
    device: device({
      portPath: "1-1.10",
      vendorId: 0x05c6,
      productId: 0x9008,
      product: null,
      interfaces: [],
    }),
    mode: "edl",
    virtual: true,
  },
];

describe("list", () => {
  it("is a line a module, in columns", () => {
    expect(listText(ROWS)).toBe(
      "1-1.2     normal    2c7c:0125  EC25-E  /dev/ttyUSB0 /dev/ttyUSB1\n" +
        "1-1.10    edl       05c6:9008  (virtual)\n",
    );
  });

  it("is a document for scripts", () => {
    expect(JSON.parse(listJson(ROWS))).toEqual({
      schema: "ecflash.list/1",
      modules: [
        {
          portPath: "1-1.2",
          mode: "normal",
          ids: "2c7c:0125",
          deviceNumber: 4,
          product: "EC25-E",
          ports: [
            { interface: 0, tty: "/dev/ttyUSB0" },
            { interface: 1, tty: "/dev/ttyUSB1" },
          ],
          virtual: false,
        },
        {
          portPath: "1-1.10",
          mode: "edl",
          ids: "05c6:9008",
          deviceNumber: 4,
          product: null,
          ports: [],
          virtual: true,
        },
      ],
    });
  });

  it("shows no USB string raw and no identity whole", () => {
    const rows = [{ device: device({ product: HOSTILE }), mode: "normal", virtual: false }] as const;
    for (const text of [listText(rows), listJson(rows)]) {
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(text).not.toContain("000000000000018");
    }
    expect(listText(rows).trimEnd().split("\n")).toHaveLength(1);
  });
});
