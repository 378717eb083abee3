import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeCrossing } from "../../src/core/crossing.js";
import type { Edge, EdgeEnd } from "../../src/core/edge.js";
import { NO_KNOWN_CROSSINGS } from "../../src/core/known-crossings.js";
import { parseRevision, type Revision } from "../../src/core/revision.js";
import { loadFacts, loadKnownRevisions } from "../../src/manifest/load.js";

const facts = await loadFacts();
const known = (await loadKnownRevisions()).map(({ text }) => revision(text));
const pairs = known.flatMap((from) => known.map((to) => [from, to] as const));

function revision(text: string): Revision {
  const said = parseRevision(text, facts);
  if (said.kind !== "revision") throw new RangeError(text);
  return said.revision;
}

const edge = (from: EdgeEnd, to: EdgeEnd, modules = 2): Edge => ({
  from,
  to,
  evidence: [{ by: "bench", modules, virtual: false }],
  note: "n",
});
const judge = (from: string, to: string, edges: readonly Edge[] = []) =>
  judgeCrossing(edges, revision(from), revision(to), facts.crossings);

/** Told by texts alone, and by nothing of the code that judges: code, baseline, flash size, and what makes a line. */
function told(text: string) {
  const [, code = "", baseline = "", build = "", flash = "", behind = ""] =
    /^([A-Z]{2}\d{2,3}[A-Z]+)R(\d\d)A(\d\d)(?:V\d\d)?([ME]\dG)(.*)$/.exec(text) ?? [];
  const numbers = /(?:^|_)([0-9A-Z]\d)\.(\d)\d\d/.exec(behind);
  const marks = behind
    .split(/(?=[_#])/)
    .filter((part) => /^(?:_[A-Z]{2,}|#)/.test(part))
    .map((part) => part.replace(/^_BETA.*/, "_BETA"));
  const line = [
    ...marks,
    ...(numbers === null ? [] : [numbers[1] === "20" ? `20.${numbers[2] ?? ""}` : numbers[1]]),
  ];
  return {
    code,
    baseline,
    build,
    flash,
    line: line.join(" "),
    subEdition: /(\d\d|A0)\.(\d{3})/.exec(behind)?.[0] ?? "",
  };
}

/** The rule for a pair without any edge, as Quectel's staff and the floors' sources tell it. */
function defaultAllows(from: string, to: string): boolean {
  if (from === to) return true;
  const [a, b] = [told(from), told(to)];
  const sameHome = a.code === b.code && a.baseline === b.baseline && a.flash === b.flash;
  if (!sameHome || a.line === "" || a.line !== b.line) return false;
  const back = b.build < a.build || (b.build === a.build && b.subEdition <= a.subEdition);
  const oneWay = ["EC25EFA", "EC25EUGA", "EC25EUXGA", "EC25EMGA"].includes(a.code);
  if (back && oneWay) return false;
  const belowFloor = (release: string, once: string) =>
    a.code === "EG25GGB" && `${a.build} ${a.subEdition}` >= once && `${b.build} ${b.subEdition}` < release;
  return !belowFloor("08 30.200", "08 30.200");
}

const byDefault = pairs.map(([from, to]) => defaultAllows(from.text, to.text));

describe("every pair of the revisions that were met", () => {
  it("is allowed without an edge exactly where the default says", () => {
    const none = { ...facts.crossings, tested: [] };
    let allowed = 0;
    for (const [from, to] of pairs) {
      const judged = judgeCrossing([], from, to, none);
      expect(judged.allowed, `${from.text} to ${to.text}`).toBe(defaultAllows(from.text, to.text));
      expect(judged.edge).toBeNull();
      if (judged.allowed && from.text !== to.text) allowed += 1;
    }
    expect(allowed).toBeGreaterThan(5);
    expect(pairs.length).toBeGreaterThan(2500);
  });

  it("the one shipped edge opens the thread's way, and no other", () => {
    const opened = pairs.filter(
      ([from, to]) =>
        judgeCrossing([], from, to, facts.crossings).allowed && !defaultAllows(from.text, to.text),
    );
    expect(opened.map(([from, to]) => `${from.text} > ${to.text}`).sort()).toEqual([
      "EC25EFAR06A11M4G_01.001.01.001 > EC25AFAR05A07M4G",
      "EC25EFAR06A11M4G_01.001.01.001 > EC25AFAR05A07M4G_30.003.30.003",
      "EC25EFAR06A11M4G_01.001.01.001 > EC25AFAR05A07M4G_30.005.30.005",
    ]);
  });

  it("is allowed with edges exactly where one of them leads, or the default says", () => {
    const end = fc
      .constantFrom(...known)
      .chain((one) =>
        fc.constantFrom<EdgeEnd>(
          { hardwareCode: one.hardwareCode },
          { hardwareCode: one.hardwareCode, revision: one.text },
          ...(one.buildLine === null ? [] : [{ hardwareCode: one.hardwareCode, buildLine: one.buildLine }]),
        ),
      );
    const meets = (at: EdgeEnd, { text }: Revision) =>
      told(text).code === at.hardwareCode &&
      (at.revision === undefined || at.revision === text || at.revision === text.replace(/[_#].*/, "")) &&
      (at.buildLine === undefined || at.buildLine === revision(text).buildLine);
    const leads = ({ from, to }: Edge, a: Revision, b: Revision) =>
      meets(from, a) &&
      meets(to, b) &&
      (from.hardwareCode === to.hardwareCode || from.revision !== undefined || from.buildLine !== undefined);
    const unit = fc.record({ by: fc.constant("b"), modules: fc.nat(3), virtual: fc.boolean() });
    const evidence = fc.array(unit, { maxLength: 3 });
    const counts = (one: Edge, virtual: boolean) =>
      virtual || one.evidence.length === 0 || one.evidence.some((each) => !each.virtual);
    const ways = fc.array(fc.tuple(end, end, evidence), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(ways, fc.boolean(), (found, virtual) => {
        const edges = found.map(([from, to, told]) => ({ ...edge(from, to), evidence: told }));
        const noneTested = { ...facts.crossings, tested: [] };
        for (const [at, [from, to]] of pairs.entries()) {
          const { allowed } = judgeCrossing(edges, from, to, noneTested, { virtual });
          const opened = edges.some((one) => leads(one, from, to) && counts(one, virtual));
          const expected = byDefault[at] === true || opened;
          if (allowed !== expected) throw new Error(`${from.text} to ${to.text}: ${String(allowed)}`);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("facts about crossings forbid, and only what was tested allows: nothing else is freer for them", () => {
    let stricter = 0;
    for (const [from, to] of pairs) {
      const free = judgeCrossing([], from, to, NO_KNOWN_CROSSINGS).allowed;
      const judged = judgeCrossing([], from, to, { ...facts.crossings, tested: [] }).allowed;
      if (judged) expect(free, `${from.text} to ${to.text}`).toBe(true);
      if (free && !judged) stricter += 1;
    }
    expect(stricter).toBeGreaterThan(0);
  });
});

describe("an edge", () => {
  const e11 = "EC25EFAR06A11M4G_01.001.01.001";
  const a07 = "EC25AFAR05A07M4G_30.003.30.003";
  const without = (edges: readonly Edge[], from = e11, to = a07) =>
    judgeCrossing(edges, revision(from), revision(to), NO_KNOWN_CROSSINGS);

  it("between hardware codes must name the revision or the line it leads from", () => {
    const to = { hardwareCode: "EC25AFA" };
    expect(without([edge({ hardwareCode: "EC25EFA" }, to)]).allowed).toBe(false);
    expect(without([edge({ hardwareCode: "EC25EFA", buildLine: "01.x" }, to)]).allowed).toBe(true);
    expect(without([edge({ hardwareCode: "EC25EFA", revision: e11 }, to)]).allowed).toBe(true);
  });

  it("inside one hardware code may speak of all of it, in its own direction only", () => {
    const way = edge({ hardwareCode: "EC25EFA" }, { hardwareCode: "EC25EFA", buildLine: "20.2xx" });
    expect(without([way], e11, "EC25EFAR06A17M4G_20.200.20.200").allowed).toBe(true);
    expect(without([way], "EC25EFAR06A17M4G_20.200.20.200", e11).allowed).toBe(false);
  });

  it("of a short revision stands for its sub-editions, a whole one for itself alone", () => {
    const from = (text: string) =>
      without([edge({ hardwareCode: "EC25EFA", revision: text }, { hardwareCode: "EC25AFA" })]).allowed;
    expect(from(e11)).toBe(true);
    expect(from("EC25EFAR06A11M4G")).toBe(true);
    expect(from("EC25EFAR06A11M4G_01.002.01.002")).toBe(false);
    expect(from("EC25EFAR06A1")).toBe(false);
    const long = edge({ hardwareCode: "EC25EFA", revision: e11 }, { hardwareCode: "EC25AFA" });
    expect(without([long], "EC25EFAR06A11M4G").allowed).toBe(false);
  });

  it("of a build line leads from this line only", () => {
    const way = edge(
      { hardwareCode: "EC25EFA", buildLine: "01.x" },
      { hardwareCode: "EC25AFA", buildLine: "30.x" },
    );
    expect(without([way]).allowed).toBe(true);
    expect(without([way], "EC25EFAR06A17M4G_20.200.20.200").allowed).toBe(false);
    expect(without([way], "EC25EFAR06A01M4G_OCPU_01.001.01.001").allowed).toBe(false);
    expect(without([way], e11, "EC25AFAR05A07M4G").allowed).toBe(false);
  });

  it("of several is the one that most modules speak for; virtual ones speak for virtual modules only", () => {
    const from = { hardwareCode: "EC25EFA", buildLine: "01.x" };
    const few = edge(from, { hardwareCode: "EC25AFA" }, 1);
    const many = edge(from, { hardwareCode: "EC25AFA" }, 40);
    const pretended: Edge = { ...few, evidence: [{ by: "sim", modules: 900, virtual: true }] };
    expect(without([few, pretended, many]).edge).toBe(many);
    expect(
      judgeCrossing([few, pretended, many], revision(e11), revision(a07), NO_KNOWN_CROSSINGS, {
        virtual: true,
      }).edge,
    ).toBe(pretended);
  });

  it("that only virtual modules speak for opens no way for a real one; without evidence it is its owner's will", () => {
    const ends = [{ hardwareCode: "EC25EFA", buildLine: "01.x" }, { hardwareCode: "EC25AFA" }] as const;
    const resting = (...evidence: Edge["evidence"]) => ({ ...edge(...ends), evidence });
    const pretended = resting({ by: "sim", modules: 900, virtual: true });
    const real = without([pretended]);
    expect(real).toMatchObject({ allowed: false, edge: null });
    expect(real.why).toMatch(/tested on virtual modules only, and those never count$/);
    const args = [revision(e11), revision(a07), NO_KNOWN_CROSSINGS, { virtual: true }] as const;
    expect(judgeCrossing([pretended], ...args).allowed).toBe(true);
    expect(without([resting()])).toMatchObject({
      allowed: true,
      why: expect.stringMatching(/on 0 modules$/) as string,
    });
    expect(without([resting({ by: "lab", modules: 0, virtual: false })]).allowed).toBe(true);
    expect(without([pretended, resting({ by: "lab", modules: 1, virtual: false })]).allowed).toBe(true);
  });

  it("is told with what it rests on", () => {
    expect(without([]).why).toBe(
      "hardware code EC25EFA to EC25AFA, baseline R06 to R05, build line 01.x to 30.x; no edge of the index allows it",
    );
    const way = edge({ hardwareCode: "EC25EFA", buildLine: "01.x" }, { hardwareCode: "EC25AFA" });
    expect(without([way]).why).toMatch(/allowed by an edge of the index, tested on 2 modules$/);
    expect(judge(e11, a07).why).toMatch(/allowed by a way that was told of in public, tested on 1 module$/);
  });
});

describe("what is known to go wrong", () => {
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
    [
      "EC25EUXGAR08A15M1G_20.200.20.200",
      "EC25EUXGAR08A13M1G_20.200.20.200",
      /back to an older release .*ROLLBACK/,
    ],
  ])("%s to %s is refused, with the source", (from, to, why) => {
    expect(judge(from, to)).toMatchObject({ allowed: false, why: expect.stringMatching(why) as string });
  });

  it("leaves what goes forward, what is above a floor, below it, and not yet there", () => {
    expect(judge("EC25EUXGAR08A13M1G_20.200.20.200", "EC25EUXGAR08A15M1G_20.200.20.200").allowed).toBe(true);
    expect(judge("EC25EFAR06A11M4G_01.001.01.001", "EC25EFAR06A11M4G_01.001.01.001").allowed).toBe(true);
    expect(judge("EG25GGBR07A08M2G_30.203.30.203", "EG25GGBR07A08M2G_30.200.30.200").allowed).toBe(true);
    expect(judge("EG25GGBR07A08M2G_30.007.30.007", "EG25GGBR07A08M2G_30.004.30.004").allowed).toBe(true);
    expect(judge("EG25GGBR07A08M2G_01.003.01.003", "EG25GGBR07A08M2G_01.002.01.002").allowed).toBe(true);
    expect(judge("EG25GGBR07A08M2G_30.203.30.203", "EG25GGBR07A08M2G_30.203.30.203").allowed).toBe(true);
  });

  it("a module that tells only its short form may be above the floor", () => {
    expect(judge("EG25GGBR07A08M2G", "EG25GGBR07A08M2G_30.006.30.006").why).toMatch(/below the floor/);
  });

  it("an edge that was tested is the one way; the reason stays in its words", () => {
    const line = { hardwareCode: "EG25GGB", buildLine: "30.x" };
    expect(
      judge("EG25GGBR07A08M2G_30.203.30.203", "EG25GGBR07A08M2G_30.006.30.006", [edge(line, line, 3)]),
    ).toMatchObject({
      allowed: true,
      why: expect.stringMatching(/below the floor .* tested on 3 modules/) as string,
    });
  });
});
