import { describe, expect, it } from "vitest";
import { type Edge, judgeCrossing } from "../../src/core/crossing.js";
import { parseRevision, type Revision } from "../../src/core/revision.js";
import { loadFacts, loadKnownRevisions } from "../../src/manifest/load.js";

const facts = await loadFacts();
const known = (await loadKnownRevisions()).map(({ text }) => revision(text));

function revision(text: string): Revision {
  const said = parseRevision(text, facts);
  if (said.kind !== "revision") throw new RangeError(text);
  return said.revision;
}

const judge = (from: string, to: string, edges: readonly Edge[] = []) =>
  judgeCrossing(edges, revision(from), revision(to), facts.crossings);

describe("what is known to go wrong", () => {
  it("forbids, and never allows: not one crossing of the known revisions is freer for it", () => {
    let stricter = 0;
    for (const from of known)
      for (const to of known) {
        const free = judgeCrossing([], from, to).allowed;
        const judged = judgeCrossing([], from, to, facts.crossings).allowed;
        if (judged) expect(free, `${from.text} to ${to.text}`).toBe(true);
        if (free && !judged) stricter += 1;
      }
    expect(stricter).toBeGreaterThan(0);
  });

  it.each([
    [
      "EG25GGBR07A08M2G_30.203.30.203",
      "EG25GGBR07A08M2G_30.006.30.006",
      /below the floor .*issues 27 and 28/,
    ],
    ["EC25EUXGAR08A19M1G_A0.200.A0.200", "EC25EUXGAR08A05M1G_01.001.01.001", /below the floor .*Wolf-OS/],
    [
      "EC25EFAR06A17M4G_20.200.20.200",
      "EC25EFAR08A01M4G_01.001.01.001",
      /forbidden \(forums.quectel.com 44652\)/,
    ],
    [
      "EC25EFAR08A01M4G_01.001.01.001",
      "EC25EFAR06A17M4G_20.200.20.200",
      /forbidden \(forums.quectel.com 44652\)/,
    ],
  ])("%s to %s is refused, with the source", (from, to, why) => {
    expect(judge(from, to)).toMatchObject({ allowed: false, why: expect.stringMatching(why) as string });
  });

  it("leaves what is above the floor, below it, and not yet there", () => {
    expect(judge("EG25GGBR07A08M2G_30.203.30.203", "EG25GGBR07A08M2G_30.200.30.200").allowed).toBe(true);
    expect(judge("EG25GGBR07A08M2G_30.007.30.007", "EG25GGBR07A08M2G_30.004.30.004").allowed).toBe(true);
    expect(judge("EG25GGBR07A08M2G_01.003.01.003", "EG25GGBR07A08M2G_01.002.01.002").allowed).toBe(true);
    expect(judge("EG25GGBR07A08M2G_30.203.30.203", "EG25GGBR07A08M2G_30.203.30.203").allowed).toBe(true);
  });

  it("a module that tells only its short form may be above the floor", () => {
    expect(judge("EG25GGBR07A08M2G", "EG25GGBR07A08M2G_30.006.30.006").why).toMatch(/below the floor/);
  });

  it("an edge of the signed index, tested on units, is the one way; the reason stays in its words", () => {
    const edge: Edge = {
      from: { hardwareCode: "EG25GGB", buildLine: "30.x" },
      to: { hardwareCode: "EG25GGB", buildLine: "30.x" },
      evidence: [{ by: "bench", modules: 3, virtual: false }],
      note: "bench",
    };
    expect(judge("EG25GGBR07A08M2G_30.203.30.203", "EG25GGBR07A08M2G_30.006.30.006", [edge])).toMatchObject({
      allowed: true,
      why: expect.stringMatching(/below the floor .* tested on 3 units/) as string,
    });
  });
});
