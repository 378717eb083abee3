import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latestOf } from "../../src/core/sightings.js";
import { loadUsbModes } from "../../src/manifest/load.js";
import { decodeText } from "../../src/protocol/capture/text/decode.js";
import { readCapture } from "../../src/protocol/capture/index.js";
import { dresses, encodings, layouts, surroundings } from "./dresses.js";
import { FORMATS, LISTINGS, type Spoken, TRAPS } from "./formats.js";
import { HOST_FORMATS, HOST_LISTINGS, HOST_TRAPS } from "./host-formats.js";

const modes = await loadUsbModes();

/** Layouts with dresses and encodings are some thousand for each format; this many of them are tried. */
const VARIANTS = 150;

const SUFFIXES = ["", "_01.001.01.001", "_30.005.30.005", "_A0.200.A0.200", "_SKT", "_20.200.20.200"];
const CODES = [
  "EC25AFA",
  "EC25AFFA",
  "EC25EFA",
  "EC25EUGA",
  "EC25EUXGA",
  "EC25AUXGA",
  "EG25GGB",
  "EC20CEFAG",
];

const spoken: fc.Arbitrary<Spoken> = fc
  .record({
    code: fc.constantFrom(...CODES),
    baseline: fc.integer({ min: 1, max: 9 }),
    build: fc.integer({ min: 1, max: 21 }),
    suffix: fc.constantFrom(...SUFFIXES),
    serial: fc.integer({ min: 1, max: 9_999_999 }),
    port: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ code, baseline, build, suffix, serial, port }) => {
    const short = `${code}R0${baseline}A${String(build).padStart(2, "0")}M4G`;
    return {
      short,
      revision: short + suffix,
      model: code.slice(0, 4),
      imei: `00000000${String(serial).padStart(7, "0")}`,
      portPath: `1-1.${port}`,
    };
  });

describe.each(Object.entries({ ...FORMATS, ...HOST_FORMATS }))(
  "%s",
  (_, { text, short = false, not = [] }) => {
    const layout = fc.constantFrom(...Object.keys(layouts).filter((name) => !not.includes(name)));

    test("says the same however it is laid out, dressed and encoded", () => {
      fc.assert(
        fc.property(
          spoken,
          layout,
          fc.constantFrom(...Object.keys(dresses)),
          fc.constantFrom(...Object.keys(encodings)),
          fc.constantFrom(...surroundings),
          (module, laidOut, dress, encoding, surround) => {
            const dressed = dresses[dress]?.(layouts[laidOut]?.(text(module)) ?? "") ?? "";
            const bytes = encodings[encoding]?.(surround(dressed)) ?? Buffer.alloc(0);
            const readings = readCapture(decodeText(bytes) ?? "", "x", modes);
            const found = readings.map((reading) => latestOf(reading.revisions)?.text);
            expect({ laidOut, dress, encoding, found }).toEqual({
              laidOut,
              dress,
              encoding,
              found: [short ? module.short : module.revision],
            });
          },
        ),
        { numRuns: VARIANTS, seed: 25 },
      );
    });

    test("of two modules says which is which", () => {
      fc.assert(
        fc.property(spoken, spoken, (one, other) => {
          fc.pre(one.imei !== other.imei && one.portPath !== other.portPath && one.short !== other.short);
          const first = readCapture(text(one), "x", modes);
          const both = readCapture(`${text(one)}\n\n${text(other)}\n`, "x", modes);
          const texts = new Set(both.flatMap(({ revisions }) => revisions.map((seen) => seen.text)));
          // A text that names neither place nor identity is one module's story; none of it may be lost.
          expect(both.length).toBeGreaterThanOrEqual(first.length);
          expect(texts).toContain(short ? one.short : one.revision);
          expect(texts).toContain(short ? other.short : other.revision);
          if (both.length === 1)
            expect(latestOf(both[0]?.revisions ?? [])?.text).toBe(short ? other.short : other.revision);
        }),
        { numRuns: 30, seed: 25 },
      );
    });
  },
);

const changes = {
  dress: fc.constantFrom(...Object.keys(dresses)),
  encoding: fc.constantFrom(...Object.keys(encodings)),
};

function bytesOf(text: string, dress: string, encoding: string): Buffer {
  return encodings[encoding]?.(dresses[dress]?.(text) ?? "") ?? Buffer.alloc(0);
}

describe.each(Object.entries({ ...LISTINGS, ...HOST_LISTINGS }))("%s", (_, { text, modes: shown }) => {
  test("shows modes, and no revision", () => {
    const layout = fc.constantFrom(
      "as it is",
      "wrapped at 100",
      "with an empty line after each",
      "collapsed",
    );
    fc.assert(
      fc.property(layout, changes.dress, changes.encoding, (laidOut, dress, encoding) => {
        const bytes = bytesOf(layouts[laidOut]?.(text) ?? "", dress, encoding);
        const readings = readCapture(decodeText(bytes) ?? "", "x", modes);
        expect({ laidOut, dress, encoding, shown: readings.map(({ mode }) => mode) }).toMatchObject({
          shown,
        });
        expect(readings.flatMap(({ revisions }) => revisions)).toEqual([]);
      }),
      { numRuns: VARIANTS, seed: 25 },
    );
  });
});

test.each([...TRAPS, ...HOST_TRAPS])("no revision is claimed by: %s", (text) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(layouts)),
      changes.dress,
      changes.encoding,
      (laidOut, dress, encoding) => {
        const bytes = bytesOf(`\n${layouts[laidOut]?.(text) ?? ""}\n`, dress, encoding);
        const readings = readCapture(decodeText(bytes) ?? "", "x", modes);
        const claimed = readings.flatMap(({ revisions }) =>
          revisions.map((seen) => `${seen.from} ${seen.text}`),
        );
        expect({ laidOut, dress, encoding, claimed }).toMatchObject({ claimed: [] });
      },
    ),
    { numRuns: VARIANTS, seed: 25 },
  );
});
