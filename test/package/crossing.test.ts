import { describe, expect, it } from "vitest";
import { type Edge, judgeCrossing } from "../../src/core/crossing.js";
import { revision } from "./world.js";

/** Revisions that were seen (domain.md 1.5), and one made up that differs from a seen one in its flash size alone. */
const KNOWN = [
  "EC25AFAR05A07M4G",
  "EC25AFAR05A04M4G",
  "EC25AFAR05A07M2G_30.005.30.005",
  "EC25AFAR05A07M4G_30.005.30.005",
  "EC25AFAR05A07M4G_30.003.30.003",
  "EC25AFAR05A05M4G_OCPU_01.001.01.002",
  "EC25AFFAR07A08M4G",
  "EC25EFAR06A11M4G_01.001.01.001",
  "EC25EFAR06A01M4G_OCPU_01.001.01.001",
  "EC25EFAR06A17M4G_20.200.20.200",
  "EC25EFAR08A01M4G_01.001.01.001",
  "EC25EUGAR06A07M4G_01.001.01.001",
  "EC25EUXGAR08A13M1G_20.200.20.200",
  "EC25EUXGAR08A15M1G_20.200.20.200",
  "EC25EUXGAR08A19M1G_A0.200.A0.200",
  "EG25GGBR07A08M2G_30.006.30.006",
  "EG25GGBR07A08M2G_30.203.30.203",
  "EG25GGBR07A08M2G_01.002.01.002",
] as const;

/** The pairs Quectel's own rule allows, both ways; every other pair of the product is refused without an edge. */
const SIBLINGS: readonly (readonly [string, string])[] = [
  ["EC25AFAR05A07M4G_30.005.30.005", "EC25AFAR05A07M4G_30.003.30.003"],
  ["EC25EUXGAR08A13M1G_20.200.20.200", "EC25EUXGAR08A15M1G_20.200.20.200"],
  ["EG25GGBR07A08M2G_30.006.30.006", "EG25GGBR07A08M2G_30.203.30.203"],
];

const siblings = (a: string, b: string) =>
  a === b || SIBLINGS.some(([x, y]) => (x === a && y === b) || (x === b && y === a));
const pairs = KNOWN.flatMap((from) => KNOWN.map((to) => [from, to] as const));
const edge = (from: Edge["from"], to: Edge["to"]): Edge => ({
  from,
  to,
  evidence: [{ by: "bench", modules: 2, virtual: false }],
  note: "n",
});

describe("a crossing", () => {
  it.each(pairs)("%s to %s without an edge", (from, to) => {
    const judged = judgeCrossing([], revision(from), revision(to));
    expect(judged.allowed).toBe(siblings(from, to));
    expect(judged.edge).toBeNull();
  });

  it("along an edge of codes is allowed for these codes in this direction only", () => {
    const way = edge({ hardwareCode: "EC25EFA" }, { hardwareCode: "EC25AFA" });
    for (const [from, to] of pairs) {
      const along = from.startsWith("EC25EFAR") && to.startsWith("EC25AFAR");
      const judged = judgeCrossing([way], revision(from), revision(to));
      expect(judged.allowed, `${from} to ${to}`).toBe(along || siblings(from, to));
      expect(judged.edge, `${from} to ${to}`).toBe(along ? way : null);
    }
  });

  it("along an edge of one revision is allowed for it, and for sub-editions only of a short one", () => {
    const to = revision("EC25AFAR05A07M4G_30.005.30.005");
    const from = revision("EC25EFAR06A11M4G_01.001.01.001");
    const allowed = (text: string) =>
      judgeCrossing(
        [edge({ hardwareCode: "EC25EFA", revision: text }, { hardwareCode: "EC25AFA" })],
        from,
        to,
      ).allowed;
    expect(allowed("EC25EFAR06A11M4G_01.001.01.001")).toBe(true);
    expect(allowed("EC25EFAR06A11M4G")).toBe(true);
    expect(allowed("EC25EFAR06A11M4G_01.002.01.002")).toBe(false);
    expect(allowed("EC25EFAR06A1")).toBe(false);
    const long = edge({ hardwareCode: "EC25EFA", revision: from.text }, { hardwareCode: "EC25AFA" });
    expect(judgeCrossing([long], revision("EC25EFAR06A11M4G"), to).allowed).toBe(false);
  });

  it("along an edge of a build line is allowed for this line only", () => {
    const way = edge(
      { hardwareCode: "EC25EFA", buildLine: "01.x" },
      { hardwareCode: "EC25AFA", buildLine: "30.x" },
    );
    const allowed = (from: string, to: string) => judgeCrossing([way], revision(from), revision(to)).allowed;
    expect(allowed("EC25EFAR06A11M4G_01.001.01.001", "EC25AFAR05A07M4G_30.005.30.005")).toBe(true);
    expect(allowed("EC25EFAR06A17M4G_20.200.20.200", "EC25AFAR05A07M4G_30.005.30.005")).toBe(false);
    expect(allowed("EC25EFAR06A01M4G_OCPU_01.001.01.001", "EC25AFAR05A07M4G_30.005.30.005")).toBe(false);
    expect(allowed("EC25EFAR06A11M4G_01.001.01.001", "EC25AFAR05A07M4G")).toBe(false);
  });

  it("says why", () => {
    const from = revision("EC25EFAR06A11M4G_01.001.01.001");
    const to = revision("EC25AFAR05A07M4G_30.005.30.005");
    expect(judgeCrossing([], from, to).why).toBe(
      "hardware code EC25EFA to EC25AFA, baseline R06 to R05, build line 01.x to 30.x; no edge of the index allows it",
    );
    const way = edge({ hardwareCode: "EC25EFA" }, { hardwareCode: "EC25AFA" });
    expect(judgeCrossing([way], from, to).why).toMatch("allowed by an edge of the index, tested on 2 units");
  });
});
