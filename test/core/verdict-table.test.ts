import { describe, expect, it } from "vitest";
import { type Features, rowFor, type Verdict, VERDICT_TABLE } from "../../src/core/verdict-table.js";

const VALUES: { readonly [K in keyof Features]: readonly Features[K][] } = {
  running: [true, false],
  found: ["judged", "neighbour", "stranger"],
  claim: ["revision", "not-ready", "custom"],
  customShown: [true, false],
  declared: ["none", "equal", "differs", "conflict"],
  declaredCode: [true, false],
  showsClaim: [true, false],
  showsDeclared: [true, false],
  impairment: ["none", "offline", "calibration"],
  foreignMask: [true, false],
  policyMet: [true, false],
};

/** Every combination of features, those included that no module can show. */
function product(): Features[] {
  let rows: Partial<Features>[] = [{}];
  for (const key of Object.keys(VALUES) as (keyof Features)[])
    rows = rows.flatMap((row) => VALUES[key].map((value) => ({ ...row, [key]: value })));
  return rows as Features[];
}

const ALL = product().map((features) => {
  const row = rowFor(features);
  return { features, verdict: row.verdict, confidence: row.confidence(features) };
});

/** The verdict table of design.md read from the top, one sentence a row; each takes what the ones above it left. */
const SENTENCES: readonly { says: string; when: (f: Features) => boolean; verdict: Verdict }[] = [
  { says: "EDL, dump, fastboot", when: (f) => !f.running, verdict: "not-running" },
  {
    says: "something is declared, and another make or a clone is found",
    when: (f) => f.declared !== "none" && f.found === "stranger",
    verdict: "mismatch",
  },
  {
    says: "not a module the manifests know, nothing declared",
    when: (f) => f.declared === "none" && (f.found === "stranger" || f.found === "neighbour"),
    verdict: "unsupported",
  },
  { says: "not ready, or silent", when: (f) => f.claim === "not-ready", verdict: "unknown" },
  { says: "a revision that is not Quectel's grammar", when: (f) => f.claim === "custom", verdict: "custom" },
  { says: "two declarations disagree", when: (f) => f.declared === "conflict", verdict: "disputed" },
  {
    says: "declared is not claimed, but what it shows speaks for the claim",
    when: (f) => f.declared === "differs" && f.showsClaim,
    verdict: "disputed",
  },
  { says: "declared is not claimed", when: (f) => f.declared === "differs", verdict: "mismatch" },
  {
    says: "declared is claimed, but CFUN 5 or 7 or an empty IMEI",
    when: (f) => f.declared === "equal" && (f.impairment === "offline" || f.impairment === "calibration"),
    verdict: "impaired",
  },
  {
    says: "declared is claimed, and the policy is not met",
    when: (f) => f.declared === "equal" && !f.policyMet,
    verdict: "outdated",
  },
  { says: "declared is claimed", when: (f) => f.declared === "equal", verdict: "match" },
  {
    says: "nothing declared, and the mask belongs to another variant",
    when: (f) => f.declared === "none" && f.foreignMask,
    verdict: "suspect",
  },
  {
    says: "nothing declared, and CFUN 5 or 7 or an empty IMEI",
    when: (f) => f.declared === "none" && f.impairment !== "none",
    verdict: "suspect",
  },
  { says: "nothing declared, nothing contradicts", when: (f) => f.declared === "none", verdict: "unknown" },
];

describe("the verdict table, on the full product of its inputs", () => {
  it("is the product: 13824 combinations", () => {
    expect(ALL).toHaveLength(13824);
  });

  it.each(SENTENCES)("$says: $verdict", ({ when, verdict }) => {
    const index = SENTENCES.findIndex((sentence) => sentence.when === when);
    const above = SENTENCES.slice(0, index);
    const mine = ALL.filter(({ features: f }) => when(f) && !above.some((sentence) => sentence.when(f)));
    expect(mine.length).toBeGreaterThan(0);
    expect(new Set(mine.map((row) => row.verdict))).toEqual(new Set([verdict]));
  });

  it("leaves no combination that no sentence of the design speaks of", () => {
    expect(ALL.filter(({ features }) => !SENTENCES.some(({ when }) => when(features)))).toEqual([]);
  });

  it("gives as many of each verdict as it did when it was reviewed", () => {
    const counts: Partial<Record<Verdict, number>> = {};
    for (const { verdict } of ALL) counts[verdict] = (counts[verdict] ?? 0) + 1;
    expect(counts).toMatchSnapshot();
  });

  it("decides every row for some module: none is dead", () => {
    for (const row of VERDICT_TABLE)
      expect(
        ALL.some(({ features }) => rowFor(features) === row),
        row.verdict,
      ).toBe(true);
  });
});

describe("what a verdict may never mean", () => {
  const those = (verdict: Verdict) => ALL.filter((row) => row.verdict === verdict).map((row) => row.features);

  it("match: only a running module, declared as it claims, not impaired, within policy", () => {
    for (const f of those("match")) {
      expect(f.running && f.claim === "revision" && f.found !== "stranger").toBe(true);
      expect([f.declared, f.impairment, f.policyMet]).toEqual(["equal", "none", true]);
    }
  });

  it("suspect: only where nothing is declared, since a declaration decides", () => {
    for (const f of those("suspect")) expect(f.declared).toBe("none");
  });

  it("disputed: never where the one declaration equals the claim, nor where nothing is declared", () => {
    for (const f of those("disputed")) expect(["differs", "conflict"]).toContain(f.declared);
  });

  it("mismatch (flashing may help): never where the declared code runs already", () => {
    for (const f of those("mismatch"))
      expect(f.found === "stranger" || f.declared === "differs", JSON.stringify(f)).toBe(true);
  });

  it("impaired (return it): only where the right firmware is proven to be on it", () => {
    for (const f of those("impaired")) expect([f.declared, f.claim]).toEqual(["equal", "revision"]);
  });

  it("custom firmware is never called a mismatch, unless the module is a stranger", () => {
    for (const { features: f, verdict } of ALL)
      if (f.claim === "custom" && f.found !== "stranger") expect(verdict).not.toBe("mismatch");
  });
});

describe("confidence", () => {
  const confidences = (verdict: Verdict, when: (f: Features) => boolean) => [
    ...new Set(
      ALL.filter((row) => row.verdict === verdict && when(row.features)).map((row) => row.confidence),
    ),
  ];

  it("custom is certain only where something shows a Quectel module", () => {
    expect(confidences("custom", (f) => f.customShown)).toEqual(["certain"]);
    expect(confidences("custom", (f) => !f.customShown)).toEqual(["weak"]);
  });

  it("match is certain by code, strong by variant alone", () => {
    expect(confidences("match", (f) => f.declaredCode)).toEqual(["certain"]);
    expect(confidences("match", (f) => !f.declaredCode)).toEqual(["strong"]);
  });

  it("mismatch is certain by code or where the mask is the declared variant's, else strong", () => {
    const ours = (f: Features) => f.found !== "stranger";
    expect(confidences("mismatch", (f) => ours(f) && f.declaredCode)).toEqual(["certain"]);
    expect(confidences("mismatch", (f) => ours(f) && !f.declaredCode && f.showsDeclared)).toEqual([
      "certain",
    ]);
    expect(confidences("mismatch", (f) => ours(f) && !f.declaredCode && !f.showsDeclared)).toEqual([
      "strong",
    ]);
  });

  it("suspect and unknown are never certain: nothing outside the module has spoken", () => {
    expect(confidences("suspect", (f) => f.foreignMask)).toEqual(["strong"]);
    expect(confidences("suspect", (f) => !f.foreignMask)).toEqual(["weak"]);
    expect(confidences("unknown", () => true)).toEqual(["weak"]);
  });

  it("impaired is strong by CFUN 5 or an empty IMEI, weak by CFUN 7 alone", () => {
    expect(confidences("impaired", (f) => f.impairment === "calibration")).toEqual(["strong"]);
    expect(confidences("impaired", (f) => f.impairment === "offline")).toEqual(["weak"]);
  });

  it("disputed is certain where declarations disagree, strong where the module speaks against its label", () => {
    expect(confidences("disputed", (f) => f.declared === "conflict")).toEqual(["certain"]);
    expect(confidences("disputed", (f) => f.declared === "differs")).toEqual(["strong"]);
  });
});
