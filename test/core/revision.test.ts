import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  parseRevision,
  printRevision,
  type Revision,
  sameRelease,
  shortForm,
} from "../../src/core/revision.js";
import { loadFacts, loadKnownRevisions } from "../../src/manifest/load.js";
import { anyRevisionText } from "./revisions.js";

const facts = await loadFacts();
const known = await loadKnownRevisions();

function revision(text: string): Revision {
  const said = parseRevision(text, facts);
  if (said.kind !== "revision") throw new Error(`${text} is ${said.kind}`);
  return said.revision;
}

describe("parseRevision", () => {
  test("takes a revision apart", () => {
    expect(revision("EC25AFAR05A07M4G_30.005.30.005")).toMatchObject({
      hardwareCode: "EC25AFA",
      model: "EC25",
      baseline: "05",
      build: "07",
      edition: null,
      flash: "M4G",
      subEdition: "30.005.30.005",
      marks: [],
      buildLine: "30.x",
    });
    expect(revision("EC20CEFASGR07A04V01M2G_OCPU")).toMatchObject({
      hardwareCode: "EC20CEFASG",
      edition: "01",
      flash: "M2G",
      marks: ["OCPU"],
      buildLine: "OCPU",
    });
  });

  test.each([
    ["EC25EFAR06A17M4G_20.200.20.200", "20.2xx"],
    ["EC25EFAR08A04M4G_20.001.20.001", "20.0xx"],
    ["EC25EUXGAR08A19M1G_A0.200.A0.200", "A0.x"],
    ["EC25EFAR06A12M4G_OCPU_20.200", "OCPU+20.2xx"],
    ["EC25EUXGAR08A01M1G#STW", "#STW"],
    ["EG25GGBR07A08M2G_BETA0416", "BETA"],
    ["EC25AFAR05A07M4G", null],
  ])("%s is of build line %s", (text, line) => expect(revision(text).buildLine).toBe(line));

  test.each(["BG77LAR02A02", "BG95M3LAR02A03_01.012.01.012", "EC200ACNLBR01A13M16", "M95FAR02A08"])(
    "%s is of another family",
    (text) => expect(parseRevision(text, facts)).toMatchObject({ kind: "other-family" }),
  );

  test("knows a module whose application processor is not up yet", () => {
    expect(parseRevision("EG25GGBR07A08M2G_01.016.00.000", facts)).toMatchObject({ kind: "not-ready" });
  });

  test.each([
    "0.5.1",
    "",
    "EC25AFARXXXXXXXX",
    "EC25AFAR05A07",
    "see EC25AFAR05A07M4G",
    "25.20.678",
    "EC25AFAR05A07M4G hello",
    "EC25AFAR05A07M4G_a b",
    "EC25AFAR05A07M4G/30.005",
  ])("takes %o for no revision of Quectel", (text) =>
    expect(parseRevision(text, facts).kind).toBe("foreign"),
  );

  test.each([
    // Four, three and two parts, letters in front, an edition inside each half (domain.md 1.5).
    ["EG25GGBR07A07M2G_01.001.02", { subEdition: "01.001.02", marks: [], buildLine: "01.x" }],
    ["EC25AUXGAR08A15M1G_A0.301", { subEdition: "A0.301", marks: [], buildLine: "A0.x" }],
    ["EC25ECGAR06A06M1G_01.006V03.01.006V03", { subEdition: "01.006V03.01.006V03", buildLine: "01.x" }],
    ["EM05GFAR07A03M1G_01.004", { subEdition: "01.004", hardware: null, model: "EM05" }],
    ["EC20EQAR02A11E2G", { flash: "E2G", subEdition: null, buildLine: null }],
    ["EC25EFAR04A02M4G_SKT", { marks: ["SKT"], subEdition: null, buildLine: "SKT" }],
    ["EC20CEHCLGR06A08M1G_AUD", { marks: ["AUD"], buildLine: "AUD" }],
    ["EC25AFAR05A05M4G_OCPU_01.001.01.002", { marks: ["OCPU"], subEdition: "01.001.01.002" }],
    ["EC25EFAR06A01M4G_OCPU_BETA1229", { marks: ["OCPU", "BETA1229"], buildLine: "OCPU+BETA" }],
    ["RM500QGLAAR01A01M4G_BETA_20200428F", { marks: ["BETA_20200428F"], buildLine: "BETA" }],
    ["EC25EUXGAR08A01M1G#STW_01.001.01.001", { marks: ["#STW"], buildLine: "#STW+01.x" }],
  ])("%s", (text, parts) => expect(revision(text)).toMatchObject(parts));

  test("reads a build date behind it, which is no part of the release", () => {
    const text = "EC25AFAR05A07M4G  1  [Nov 10 2016 17:00:00]";
    expect(revision(text)).toMatchObject({
      text: "EC25AFAR05A07M4G",
      buildDate: "Nov 10 2016 17:00:00",
      suffix: "",
    });
    expect(printRevision(revision(text))).toBe(text);
    expect(sameRelease(revision(text), revision("EC25AFAR05A07M4G"))).toBe(true);
    const long = "EC25AFAR05A07M4G_30.005.30.005 1 [Nov 10 2016 17:00:00]";
    expect(revision(long)).toMatchObject({ text: "EC25AFAR05A07M4G_30.005.30.005", buildLine: "30.x" });
    expect(shortForm(revision(long))).toBe("EC25AFAR05A07M4G");
  });

  test("finds no row for a code nobody recorded, and never the nearest one", () => {
    expect(revision("EC25AFZR05A07M4G")).toMatchObject({
      hardwareCode: "EC25AFZ",
      hardware: null,
      model: "EC25",
    });
  });
});

describe("sameRelease", () => {
  test("a short form is any sub-edition of itself", () => {
    const long = revision("EC25AFAR05A07M4G_30.005.30.005");
    expect(shortForm(long)).toBe("EC25AFAR05A07M4G");
    expect(sameRelease(long, revision("EC25AFAR05A07M4G"))).toBe(true);
    expect(sameRelease(long, revision("EC25AFAR05A07M4G_30.003.30.003"))).toBe(false);
    expect(sameRelease(long, revision("EC25AFFAR05A07M4G"))).toBe(false);
  });
});

describe("print(parse(x)) is x", () => {
  test.each(known.map(({ text }) => text))("%s", (text) => expect(printRevision(revision(text))).toBe(text));

  test("for anything the grammar can say", () => {
    fc.assert(
      fc.property(anyRevisionText(facts), (text) => {
        const said = parseRevision(text, facts);
        expect(said.kind).toBe(said.kind === "not-ready" ? "not-ready" : "revision");
        if (said.kind === "revision") expect(printRevision(said.revision)).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test("for any text at all: what is read is printed as it was, the rest is no revision", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60, unit: "binary" }), (text) => {
        const said = parseRevision(text, facts);
        if (said.kind === "revision") expect(printRevision(said.revision)).toBe(text.trim());
        else expect(said.text).toBe(text.trim());
      }),
    );
  });
});

describe("the closed table", () => {
  const rows = [...facts.hardwareCodes.values()];
  /** Which rows a text belongs to, told by another means than the parser. */
  const owners = (text: string) =>
    rows.filter(({ code }) => new RegExp(`^${code}R\\d\\dA\\d\\d(V\\d\\d)?[ME]\\d+G([_#\\s]|$)`).test(text));

  test("has at most one row for any revision that is known", () => {
    for (const { text } of known) {
      const { hardware } = revision(text);
      expect(owners(text), text).toEqual(hardware === null ? [] : [hardware]);
    }
  });

  test("has exactly one row for each of its codes, whatever stands behind", () => {
    for (const row of rows)
      for (const rest of ["R05A07M4G", "R06A01V04M1G_OCPU", "R08A19M1G_A0.200.A0.200", "R01A01M2G#STW"])
        expect(owners(row.code + rest), row.code + rest).toEqual([row]);
  });

  test("has at most one row for any text, and the parser finds that one", () => {
    const letters = fc.stringMatching(/^[ABCDEFGLMRSUVX0125]{0,6}$/);
    const near = fc
      .tuple(fc.constantFrom(...rows), fc.nat(10), letters)
      .map(([{ code }, cut, more]) => `${code.slice(0, Math.max(4, code.length - cut))}${more}`);
    fc.assert(
      fc.property(near, (code) => {
        const text = `${code}R05A07M4G`;
        const found = owners(text);
        expect(found.length).toBeLessThanOrEqual(1);
        const said = parseRevision(text, facts);
        const hardware = said.kind === "revision" ? said.revision.hardware : null;
        expect(hardware).toBe(found[0] ?? null);
      }),
      { numRuns: 5_000 },
    );
  });
});
