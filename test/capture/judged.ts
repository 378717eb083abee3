import fc from "fast-check";
import { expect } from "vitest";
import { latestOf } from "../../src/core/sightings.js";
import { judge } from "../../src/core/verdict.js";
import { loadFacts, loadUsbModes } from "../../src/manifest/load.js";
import { decodeText } from "../../src/protocol/capture/text/decode.js";
import { readCapture } from "../../src/protocol/capture/index.js";
import { dresses, encodings, surroundings } from "./dresses.js";

const [facts, modes] = await Promise.all([loadFacts(), loadUsbModes()]);

/** Dresses and encodings that are tried for each text. */
const VARIANTS = 40;

/** Verdicts of the modules in a text where nothing is declared, as it is. */
export function judged(text: string): string[] {
  return readCapture(text, "x", modes).map((reading) => judge(reading, facts, { declarations: [] }).verdict);
}

/** The running revision of each module in a text, as it is; null for one that says none. */
export function claims(text: string): (string | null)[] {
  return readCapture(text, "x", modes).map(({ revisions }) => latestOf(revisions)?.text ?? null);
}

/** What `read` finds in a text; fails where another dress or encoding of the text gives another answer. */
export function alike(
  text: string,
  read: (text: string) => unknown[],
  not: readonly string[] = [],
): unknown[] {
  const plain = read(text);
  const [worn = [], written = []] = [dresses, encodings].map((all) =>
    Object.keys(all).filter((name) => !not.includes(name)),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...worn),
      fc.constantFrom(...written),
      fc.constantFrom(...surroundings),
      (dress, encoding, surround) => {
        const bytes = encodings[encoding]?.(surround(dresses[dress]?.(text) ?? "")) ?? Buffer.alloc(0);
        const found = read(decodeText(bytes) ?? "");
        expect({ dress, encoding, found }).toEqual({ dress, encoding, found: plain });
      },
    ),
    { numRuns: VARIANTS, seed: 25 },
  );
  return plain;
}
