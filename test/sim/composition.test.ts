import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { atInterfaces, dmInterface } from "../../src/device/ports.js";
import { compositionOf, type FunctionInterface } from "../../src/sim/composition.js";
import { NV_DEFAULTS, type UsbConfiguration } from "../../src/sim/nv.js";

const { usbcfg: FACTORY } = NV_DEFAULTS;
const place = { adbPlace: "last", firstTty: 0 } as const;

/** `dm 81 01 ttyUSB0`: role, endpoints of setting 0, those of setting 1 behind a slash. */
function shown({ role, endpoints, alternate, tty }: FunctionInterface): string {
  const addresses = (list: FunctionInterface["endpoints"]) =>
    list.map(({ address }) => address.toString(16).padStart(2, "0"));
  return [
    ...[role, ...addresses(endpoints)],
    ...(alternate === null ? [] : ["/", ...addresses(alternate)]),
    ...(tty === null ? [] : [tty.slice("/dev/".length)]),
  ].join(" ");
}

const SERIAL = ["nmea 83 82 02 ttyUSB1", "at 85 84 03 ttyUSB2", "modem 87 86 04 ttyUSB3"];

describe("compositionOf", () => {
  it.each([
    ["QMI", 0, {}, ["dm 81 01 ttyUSB0", ...SERIAL, "qmi 89 88 05"]],
    ["ECM", 1, {}, ["dm 81 01 ttyUSB0", ...SERIAL, "ecm 89", "ecm-data / 88 05"]],
    ["MBIM", 2, {}, ["dm 81 01 ttyUSB0", ...SERIAL, "mbim 89", "mbim-data / 88 05"]],
    [
      "RNDIS",
      3,
      {},
      [
        ...["rndis 82", "rndis-data 81 01", "dm 83 02 ttyUSB0"],
        ...["nmea 85 84 03 ttyUSB1", "at 87 86 04 ttyUSB2", "modem 89 88 05 ttyUSB3"],
      ],
    ],
    ["QMI without rmnet", 0, { rmnet: false }, ["dm 81 01 ttyUSB0", ...SERIAL]],
    [
      "QMI without DIAG",
      0,
      { diag: false },
      [...["nmea 82 81 01 ttyUSB0", "at 84 83 02 ttyUSB1", "modem 86 85 03 ttyUSB2"], "qmi 88 87 04"],
    ],
    [
      "QMI with ADB and audio",
      0,
      { adb: true, uac: true },
      [
        ...["dm 81 01 ttyUSB0", ...SERIAL, "qmi 89 88 05", "adb 8a 06"],
        ...["audio-control", "audio-in / 8b", "audio-out / 07"],
      ],
    ],
  ] as const)("%s", (_, usbnet, change, expected) => {
    const found = compositionOf({ usbnet, usbcfg: { ...FACTORY, ...change } }, place);
    expect(found.map(shown)).toEqual(expected);
  });

  const usbcfg: fc.Arbitrary<UsbConfiguration> = fc.record({
    vendorId: fc.constant(0x2c7c),
    productId: fc.constant(0x0125),
    diag: fc.boolean(),
    nmea: fc.boolean(),
    at: fc.boolean(),
    modem: fc.boolean(),
    rmnet: fc.boolean(),
    adb: fc.boolean(),
    uac: fc.boolean(),
  });
  const compositions = fc
    .tuple(fc.constantFrom(0, 1, 2, 3), usbcfg, fc.constantFrom("last" as const, "first" as const))
    .map(([usbnet, cfg, adbPlace]) => ({
      cfg,
      interfaces: compositionOf({ usbnet, usbcfg: cfg }, { adbPlace, firstTty: 0 }),
    }));

  it("gives every endpoint and every port once, without gaps", () => {
    fc.assert(
      fc.property(compositions, ({ interfaces }) => {
        const addresses = interfaces.flatMap((one) =>
          [...one.endpoints, ...(one.alternate ?? [])].map(({ address }) => address),
        );
        for (const side of [0, 0x80]) {
          const numbers = addresses.filter((address) => (address & 0x80) === side).map((a) => a & 0x0f);
          expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
        }
        expect(interfaces.map(({ number }) => number)).toEqual(interfaces.map((_, index) => index));
        const ttys = interfaces.flatMap(({ tty }) => tty ?? []);
        expect(ttys).toEqual(ttys.map((_, index) => `/dev/ttyUSB${index}`));
      }),
    );
  });

  it("is told apart by what ecflash looks for: DIAG where it is on, AT wherever there is one", () => {
    fc.assert(
      fc.property(compositions, ({ cfg, interfaces }) => {
        const device = {
          portPath: "1-1",
          deviceNumber: 1,
          vendorId: 0x2c7c,
          productId: 0x0125,
          bcdDevice: 0,
          product: null,
          interfaces,
        };
        const roleOf = (number: number | undefined) =>
          interfaces.find((one) => one.number === number)?.role ?? null;
        expect(roleOf(dmInterface(device)?.number)).toBe(cfg.diag ? "dm" : null);
        const candidates = atInterfaces(device).map(({ number }) => roleOf(number));
        expect(candidates.some((role) => role === "at" || role === "modem")).toBe(cfg.at || cfg.modem);
        if (cfg.nmea && cfg.at) expect(candidates[0]).toBe("at");
      }),
    );
  });
});
