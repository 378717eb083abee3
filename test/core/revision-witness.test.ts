import { describe, expect, it } from "vitest";
import {
  agreeOnRevision,
  describeWitness,
  type Witness,
  witnessOfName,
  witnessOfOperator,
  witnessOfReleaseNotes,
  witnessOfVersionFile,
} from "../../src/core/revision-witness.js";
import { FACTS } from "../package/world.js";

const FULL = "EG25GGBR07A08M2G_30.006.30.006";
const named = (text: string) => witnessOfName("archive name", text, FACTS);
const notes = (text: string): Witness => {
  const witness = witnessOfReleaseNotes(text);
  if (witness === null) throw new Error(`${text} is no release notes`);
  return witness;
};
const NOTES_0708 = "Quectel_EG25-G-GB_Firmware_Release_Notes_V0708_30.006.30.006.pdf";

describe("a name", () => {
  it.each([
    [`${FULL}.zip`, FULL],
    [`${FULL}.tar.gz`, FULL],
    [`${FULL}.tgz`, FULL],
    [`${FULL}.7z`, FULL],
    [`${FULL} (1).zip`, FULL],
    [`${FULL}(12).zip`, FULL],
    [`${FULL}-1.zip`, FULL],
    [`${FULL} - Copy.zip`, FULL],
    [FULL, FULL],
    ["EC25EFAR06A01M4G.zip", "EC25EFAR06A01M4G"],
  ])("%s names %s", (name, revision) => {
    const { says } = named(name);
    expect(says.kind === "revision" ? says.revision.text : says.kind).toBe(revision);
  });

  it.each(["FW_EC25EFAR06A01M4G_new.zip", "for site EC25EFAR06A01M4G.zip"])(
    "%s can only contradict",
    (name) => {
      expect(named(name).says).toMatchObject({
        kind: "part",
        part: { hardwareCode: "EC25EFA", baseline: "06" },
      });
    },
  );

  it.each(["firmware.zip", "", "update", "EC25-E.zip", "R06A01.zip"])("%j says nothing", (name) => {
    expect(named(name).says.kind).toBe("nothing");
  });
});

describe("release notes", () => {
  it.each([
    ["Quectel_EC25-E-FA_Firmware_Release_Notes_V0601.pdf", "EC25EFA", "06", "01", null],
    ["Quectel_EC25-AF-FA_Firmware_Release_Notes_V0102.pdf", "EC25AFFA", "01", "02", null],
    [NOTES_0708, "EG25GGB", "07", "08", "30.006.30.006"],
  ])("%s", (name, hardwareCode, baseline, build, subEdition) => {
    expect(notes(name).says).toEqual({
      kind: "part",
      part: { hardwareCode, baseline, build, subEdition },
    });
  });

  it("are not any other file", () => {
    expect(witnessOfReleaseNotes("contents.xml")).toBeNull();
    expect(witnessOfReleaseNotes("Quectel_EC25_AT_Commands_V2.0.pdf")).toBeNull();
  });
});

describe("quectel.version", () => {
  it.each([`EG25_G\n${FULL}`, `\ufeffEG25_G\r\n${FULL}\r\n`, `EG25_G\n\n  ${FULL}  \n`])("%j", (text) => {
    const { says } = witnessOfVersionFile(text, FACTS);
    expect(says.kind === "revision" && says.revision.text).toBe(FULL);
  });

  it("may say nothing, and that is said", () => {
    expect(describeWitness(witnessOfVersionFile("", FACTS))).toMatch("names no revision");
    expect(witnessOfVersionFile(`${FULL}\n`, FACTS).says.kind).toBe("nothing");
  });
});

describe("witnesses", () => {
  const operator = witnessOfOperator(FULL, FACTS) as Witness;
  const version = (revision: string) => witnessOfVersionFile(`EG25_G\n${revision}`, FACTS);

  it.each([
    ["the longest of those that agree", [named("EG25GGBR07A08M2G.zip"), version(FULL), named("x.zip")]],
    ["a part that fits beside it", [named(`${FULL}.zip`), notes(NOTES_0708)]],
    ["the operator where there is none", [named("x.zip"), operator]],
    ["the operator where there is a short one", [named("EG25GGBR07A08M2G.zip"), operator]],
    ["the operator beside a part", [notes(NOTES_0708), operator]],
  ])("agree on %s", (_what, witnesses) => {
    const found = agreeOnRevision(witnesses);
    expect(found.kind === "agreed" && found.revision.text).toBe(FULL);
  });

  it.each([
    ["two revisions", [named(`${FULL}.zip`), version("EG25GGBR07A07M2G")]],
    ["two sub-editions", [named(`${FULL}.zip`), version("EG25GGBR07A08M2G_30.004.30.004")]],
    [
      "two sub-editions beside a short form",
      [named("EG25GGBR07A08M2G"), version(FULL), named("EG25GGBR07A08M2G_01.001.01.001")],
    ],
    ["another hardware code", [named("EC25EFAR06A01M4G.zip"), version("EC25AFAR06A01M4G")]],
    ["another flash size", [named("EG25GGBR07A08M4G.zip"), version("EG25GGBR07A08M2G")]],
    [
      "release notes of another build",
      [named(`${FULL}.zip`), notes("Quectel_EG25-G-GB_Firmware_Release_Notes_V0707.pdf")],
    ],
    [
      "release notes of another sub-edition",
      [named(`${FULL}.zip`), notes("Quectel_EG25-G-GB_Firmware_Release_Notes_V0708_30.004.30.004.pdf")],
    ],
    ["a name inside another", [named("FW EC25EFAR06A01M4G.zip"), version(FULL)]],
    ["the operator", [named("EG25GGBR07A07M2G.zip"), operator]],
    ["two parts alone", [notes(NOTES_0708), notes("Quectel_EG25-G-GB_Firmware_Release_Notes_V0707.pdf")]],
  ])("contradict: %s", (_what, witnesses) => {
    expect(agreeOnRevision(witnesses)).toMatchObject({ kind: "contradiction" });
    expect(agreeOnRevision([...witnesses].reverse())).toMatchObject({ kind: "contradiction" });
  });

  it("are none where nothing names a release whole", () => {
    expect(agreeOnRevision([])).toMatchObject({ kind: "none" });
    expect(agreeOnRevision([named("x.zip"), notes(NOTES_0708)])).toMatchObject({ kind: "none" });
    expect(witnessOfOperator("R07A08", FACTS)).toBeNull();
  });
});
