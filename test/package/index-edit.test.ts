import { describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { readBlockedEngine } from "../../src/package/index/arguments.js";
import { addEdge, changeKeys, edited, newIndex, removeEdge } from "../../src/package/index/edit.js";
import {
  addRelease,
  recommendRelease,
  retractRelease,
  withdrawRecommendation,
} from "../../src/package/index/releases.js";
import type { FirmwareIndex, Release } from "../../src/package/index/types.js";
import { generateKeyPair } from "../../src/package/index/minisign.js";
import { FACTS, release } from "./world.js";

const DAY_MS = 86_400_000;
const now = new Date("2026-06-01T00:00:00Z");
const time = { now, lifeMs: null };
const [A, B] = [generateKeyPair().publicKey, generateKeyPair().publicKey];
const OLD = "EC25AFAR05A05M4G_30.003.30.003";
const NEW = "EC25AFAR05A07M4G_30.005.30.005";

const EMPTY = newIndex({ name: "site", keys: [A], threshold: 1, now, lifeMs: 90 * DAY_MS });
const withReleases = (...releases: Release[]): FirmwareIndex => ({ ...EMPTY, releases });
const add = (index: FirmwareIndex, one: Release, replace = false) =>
  addRelease(index, one, { replace, facts: FACTS }, time);
const recommend = (index: FirmwareIndex, text: string) => recommendRelease(index, text, FACTS, time);
const recommended = ({ releases }: FirmwareIndex) =>
  releases.filter((one) => one.recommended).map((one) => one.revision);

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isEcflashError(error, "usage")) return error.facts.detail;
    throw error;
  }
  throw new Error("it was done");
}

describe("a recommendation", () => {
  const both = withReleases(release(OLD, { recommended: true }), release(NEW));

  it("moves in one edition from the release before to the new one", () => {
    const { index, instead, uncovered } = recommend(both, NEW);
    expect(recommended(index)).toEqual([NEW]);
    expect({ instead, uncovered, version: index.version }).toEqual({
      instead: [OLD],
      uncovered: [],
      version: 2,
    });
  });

  it("leaves those for other lines and options alone, and tells whom it leaves without one", () => {
    const line = release("EC25AFAR05A07M4G_01.001.01.001", { recommended: true });
    const sgns = release(OLD, { recommended: true, orderOptions: ["SGNS"] });
    const kept = recommend(withReleases(line, sgns, release(NEW, { orderOptions: ["STD"] })), NEW);
    expect(kept.instead).toEqual([]);
    expect(recommended(kept.index)).toEqual([line.revision, OLD, NEW]);
    const narrow = withReleases(release(OLD, { recommended: true }), release(NEW, { orderOptions: ["STD"] }));
    expect(recommend(narrow, NEW)).toMatchObject({ instead: [OLD], uncovered: ["*"] });
  });

  it("is at most one: a second by `add` is refused, and told how", () => {
    const one = withReleases(release(OLD, { recommended: true }));
    expect(refusal(() => add(one, release(NEW, { recommended: true })))).toMatch("ecflash index recommend");
  });

  it.each([
    "EC25AFAR05A07M4G_OCPU_30.001.30.001",
    "EC25AFAR05A07M4G_BETA_30.001.30.001",
    "EC25AFAR05A07M4G_SKT_30.001.30.001",
    "EC25AFAR05A07M4G_30.005.30.005#1",
  ])("is refused for %s, by add and by recommend", (text) => {
    expect(refusal(() => add(EMPTY, release(text, { recommended: true })))).toMatch("never recommended");
    expect(refusal(() => recommend(withReleases(release(text)), text))).toMatch("never recommended");
  });

  it("is withdrawn by name; neither of one that is absent, retracted or so already", () => {
    expect(recommended(withdrawRecommendation(both, OLD, time))).toEqual([]);
    expect(refusal(() => withdrawRecommendation(both, NEW, time))).toMatch("is not recommended");
    expect(refusal(() => recommend(both, OLD))).toMatch("already");
    expect(refusal(() => recommend(both, "EC25AFAR05A09M4G_30.001.30.001"))).toMatch(`it has ${OLD}, ${NEW}`);
    expect(refusal(() => recommend(retractRelease(both, NEW, "bad", time), NEW))).toMatch("taken back");
  });
});

describe("a release that is said anew", () => {
  it("keeps its place and its recommendation", () => {
    const index = withReleases(release(OLD, { recommended: true }), release(NEW));
    const after = add(
      index,
      release(OLD, { notes: "n", evidence: [{ by: "lab", modules: 9, virtual: false }] }),
      true,
    );
    expect(after.releases.map((one) => [one.revision, one.notes, one.recommended])).toEqual([
      [OLD, "n", true],
      [NEW, "", false],
    ]);
  });

  it("is refused without --replace, where there is none, and where it was taken back", () => {
    const index = withReleases(release(OLD));
    expect(refusal(() => add(index, release(OLD)))).toMatch("--replace");
    expect(refusal(() => add(index, release(NEW), true))).toMatch("not in the index");
    expect(refusal(() => add(retractRelease(index, OLD, "bad", time), release(OLD), true))).toMatch(
      "taken back on 2026-06-01, and that stays",
    );
  });
});

describe("keys and life", () => {
  it("keys change as a whole, and only to what an index may have", () => {
    expect(changeKeys(EMPTY, { keys: [B, A], threshold: 2 }, time)).toMatchObject({
      keys: [B, A],
      threshold: 2,
      version: 2,
    });
    expect(refusal(() => changeKeys(EMPTY, { keys: [A], threshold: 1 }, time))).toMatch("has these keys");
    expect(refusal(() => changeKeys(EMPTY, { keys: [A, A], threshold: 1 }, time))).toMatch("given twice");
    expect(refusal(() => changeKeys(EMPTY, { keys: [B], threshold: 2 }, time))).toMatch(
      "2 signatures can never",
    );
    expect(refusal(() => changeKeys(EMPTY, { keys: ["rubbish"], threshold: 1 }, time))).toMatch(
      "not a minisign",
    );
    const many = Array.from({ length: 17 }, () => generateKeyPair().publicKey);
    expect(refusal(() => changeKeys(EMPTY, { keys: many, threshold: 1 }, time))).toMatch("16 are the most");
  });

  it("a life is 400 days at most, and never over", () => {
    const renew = (days: number) => edited(EMPTY, { now, lifeMs: days * DAY_MS }, {});
    expect(renew(400)).toMatchObject({ version: 2, expires: "2027-07-06T00:00:00.000Z" });
    expect(refusal(() => renew(401))).toMatch("good for 401 days; 400 are the most");
    expect(refusal(() => newIndex({ ...EMPTY, now, lifeMs: 3650 * DAY_MS }))).toMatch("3650 days");
    expect(refusal(() => newIndex({ ...EMPTY, name: "Site", now, lifeMs: DAY_MS }))).toMatch(
      "no name of an index",
    );
    const late = { now: new Date(EMPTY.expires), lifeMs: null };
    expect(refusal(() => edited(EMPTY, late, {}))).toMatch("--expires");
  });
});

describe("an edge of an index", () => {
  const ends = { from: { hardwareCode: "EC25EFA", buildLine: "01.x" }, to: { hardwareCode: "EC25AFA" } };
  const edge = (modules: number) => ({
    ...ends,
    evidence: [{ by: "lab", modules, virtual: false }],
    note: "",
  });
  const once = { replace: false };

  it("stands once, gets other evidence, and goes", () => {
    const index = addEdge(EMPTY, edge(1), once, time);
    expect(refusal(() => addEdge(index, edge(2), once, time))).toMatch("--replace");
    const again = addEdge(index, edge(2), { replace: true }, time);
    expect(again.edges).toEqual([edge(2)]);
    expect(refusal(() => addEdge(EMPTY, edge(2), { replace: true }, time))).toMatch("none to replace");
    expect(removeEdge(again, ends, time)).toMatchObject({ edges: [], version: 4 });
    expect(refusal(() => removeEdge(EMPTY, ends, time))).toMatch("not in the index");
  });
});

describe("an engine that is blocked", () => {
  it("is named with its reason", () => {
    expect(readBlockedEngine("qdl: it sorts: SBL last")).toEqual({
      engine: "qdl",
      reason: "it sorts: SBL last",
    });
    for (const text of ["qdl", "qdl: ", "fwupd:no", ":x"])
      expect(refusal(() => readBlockedEngine(text))).toMatch("builtin or qdl or qfirehose");
  });
});
