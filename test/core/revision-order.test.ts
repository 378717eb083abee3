import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRevision, type Revision } from "../../src/core/revision.js";
import { compareRevisions } from "../../src/core/revision-order.js";
import { loadFacts, loadKnownRevisions } from "../../src/manifest/load.js";
import { anyRevisionText } from "./revisions.js";

const facts = await loadFacts();
const known = (await loadKnownRevisions()).map(({ text }) => revision(text));

function revision(text: string): Revision {
  const said = parseRevision(text, facts);
  if (said.kind !== "revision") throw new RangeError(`${text} is ${said.kind}`);
  return said.revision;
}

const compare = (a: string, b: string) => compareRevisions(revision(a), revision(b));

describe("inside one hardware code and one build line", () => {
  it.each([
    ["by sub-edition", "EG25GGBR07A08M2G_30.004.30.004", "EG25GGBR07A08M2G_30.007.30.007"],
    ["by hundreds of it", "EG25GGBR07A08M2G_30.007.30.007", "EG25GGBR07A08M2G_30.203.30.203"],
    ["by build", "EC25AFFDR07A09M4G_01.003.01.003", "EC25AFFDR07A10M4G_01.004.01.004"],
    ["by baseline", "EC25EFAR06A17M4G_01.001.01.001", "EC25EFAR08A01M4G_01.001.01.001"],
    ["by a letter line", "EG25GGBR07A08M2G_A0.301.A0.301", "EG25GGBR07A08M2G_A0.303.A0.303"],
    ["two parts stand for four", "EC25AUXGAR08A15M1G_A0.301", "EC25AUXGAR08A15M1G_A0.302.A0.302"],
    [
      "by an edition inside the halves",
      "EC25ECGAR06A06M1G_01.006.01.006",
      "EC25ECGAR06A06M1G_01.006V03.01.006V03",
    ],
    ["by V", "EC20CEFASGR07A04V01M2G_OCPU", "EC20CEFASGR07A04V04M2G_OCPU"],
    ["inside OCPU", "EC25EFAR06A01M4G_OCPU_01.001.01.001", "EC25EFAR06A02M4G_OCPU_01.001.01.001"],
  ])("%s", (_, older, newer) => {
    expect(compare(older, newer)).toBe(-1);
    expect(compare(newer, older)).toBe(1);
  });

  it("two parts and four of the same are the same", () => {
    expect(compare("EC25AUXGAR08A15M1G_A0.301", "EC25AUXGAR08A15M1G_A0.301.A0.301")).toBe(0);
  });
});

describe("no order", () => {
  it.each([
    [
      "two hardware codes: the fix of the thread",
      "EC25EFAR06A11M4G_01.001.01.001",
      "EC25AFAR05A07M4G_01.001.01.001",
    ],
    ["two lines of one code", "EC25EFAR06A17M4G_20.200.20.200", "EC25EFAR08A01M4G_01.001.01.001"],
    ["the 20.0 and the 20.2 line", "EC25EFAR08A04M4G_20.001.20.001", "EC25EFAR06A17M4G_20.200.20.200"],
    ["a short form, whose line is not known", "EC25AFAR05A04M4G", "EC25AFAR05A07M4G_30.005.30.005"],
    ["two short forms", "EC25AFAR05A04M4G", "EC25AFAR05A07M4G"],
    ["OCPU against none", "EC25AFAR05A05M4G_OCPU_01.001.01.002", "EC25AFAR05A07M4G_01.001.01.001"],
    ["a carrier's", "EC25EFAR04A02M4G_SKT", "EC25EFAR06A03M4G"],
    ["two betas of one build", "EG25GGBR07A08M2G_BETA0416", "EG25GGBR07A08M2G_BETA0501"],
    ["three parts against four", "EG25GGBR07A08M2G_01.002.07", "EG25GGBR07A08M2G_01.002.01.002"],
  ])("%s", (_, a, b) => {
    expect(compare(a, b)).toBeNull();
    expect(compare(b, a)).toBeNull();
  });
});

describe("whatever is compared", () => {
  const any = fc.oneof(
    fc.constantFrom(...known),
    anyRevisionText(facts)
      .map((text) => parseRevision(text, facts))
      .filter((said) => said.kind === "revision")
      .map((said) => said.revision),
  );

  it("an order is only ever inside one code and one line, and turns with its sides", () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const order = compareRevisions(a, b);
        const back = compareRevisions(b, a);
        expect(back === null ? null : -back + 0).toBe(order === null ? null : order + 0);
        if (order === null || a.text === b.text) return;
        expect([b.hardwareCode, b.buildLine]).toEqual([a.hardwareCode, a.buildLine]);
        expect(a.buildLine).not.toBeNull();
      }),
    );
  });

  it("is the same as itself, and older than what is newer than a newer one", () => {
    for (const a of known) {
      expect(compareRevisions(a, a), a.text).toBe(0);
      for (const b of known)
        for (const c of known) {
          const [ab, bc] = [compareRevisions(a, b), compareRevisions(b, c)];
          if (ab === -1 && bc === -1) expect(compareRevisions(a, c), `${a.text} ${c.text}`).toBe(-1);
        }
    }
  });
});
