import { describe, expect, test } from "vitest";
import { parseRevision, type Revision, sameRelease, shortForm } from "../../src/core/revision.js";
import { loadFacts } from "../../src/manifest/load.js";

const facts = await loadFacts();

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

  test("knows a module whose application processor is not up yet", () => {
    expect(parseRevision("EG25GGBR07A08M2G_01.016.00.000", facts)).toMatchObject({ kind: "not-ready" });
  });

  test.each(["0.5.1", "", "EC25AFARXXXXXXXX", "EC25AFAR05A07", "see EC25AFAR05A07M4G", "25.20.678"])(
    "takes %o for no revision of Quectel",
    (text) => expect(parseRevision(text, facts).kind).toBe("foreign"),
  );

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
