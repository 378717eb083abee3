import { describe, expect, it } from "vitest";
import { diagnose, RULES } from "../../../src/core/diagnosis/diagnose.js";
import { FINDING_CODES, type FindingCode } from "../../../src/core/diagnosis/finding.js";
import { caseOf, SAMPLES, WRONG } from "./cases.js";

const codes = (seen: ReturnType<typeof caseOf>): FindingCode[] =>
  diagnose(seen).findings.map(({ code }) => code);

describe("every finding", () => {
  it("has one row, and its code is in the list", () => {
    expect(RULES.map(({ code }) => code).toSorted()).toEqual([...FINDING_CODES].toSorted());
  });

  it.each(FINDING_CODES)("%s is found, and not in what is nearly so", (code) => {
    const { trips, not } = SAMPLES[code];
    expect(codes(caseOf(trips))).toContain(code);
    expect(codes(caseOf(not))).not.toContain(code);
  });

  it.each(FINDING_CODES)(
    "%s is a sentence on evidence, with a next step where something is wrong",
    (code) => {
      const finding = diagnose(caseOf(SAMPLES[code].trips)).findings.find((one) => one.code === code);
      expect(finding?.says).toMatch(/^[A-Z].*\.$/);
      expect(finding?.says).not.toMatch(/undefined|null|\[object/);
      expect(finding?.evidence.length).toBeGreaterThan(0);
      if (finding?.kind === "fine" && finding.weight === "strong") expect(finding.next).toBeNull();
      else expect(finding?.next).toMatch(/^\S.{10,}$/);
    },
  );
});

it("QMI's factory test is what CFUN 5 is", () => {
  expect(codes(caseOf({ reading: { cfun: null, qmiMode: "factory-test" } }))).toContain(
    "calibration-test-mode",
  );
});

describe("the conclusion", () => {
  it.each([
    [{}, "The firmware is fine, and nothing else is wrong in what was asked."],
    [
      { reading: { sim: "CME ERROR 10", registration: "unknown" as const } },
      "The firmware is fine; look at the SIM.",
    ],
    [{ reading: { registration: "denied" as const } }, "The firmware is fine; look at the network"],
    [{ host: { rawIp: false } }, "The firmware is fine; look at the host"],
    [{ network: { signal: 3 } }, "The firmware is fine; if something does not work, look at the antenna."],
    [{ reading: { cfun: 5 } }, "The firmware is fine; look at the module's calibration."],
    [{ declared: [], reading: { sim: "SIM PIN" } }, "Nothing speaks against the firmware; look at the SIM."],
    [{ revision: WRONG, reading: { cfun: 7, registration: "none" as const } }, "Look at the firmware first."],
    [{ reading: { mode: "edl" as const } }, "Look at the firmware first. No firmware runs"],
    [{ revision: "" }, "Look at the host"],
  ])("of %j is: %s", (change, says) => {
    expect(diagnose(caseOf(change)).conclusion).toContain(says);
  });

  it("has a word on the firmware in every case, good or bad", () => {
    for (const { trips, not } of Object.values(SAMPLES))
      for (const seen of [caseOf(trips), caseOf(not)])
        expect(codes(seen).some((code) => /^(?:firmware|module)-/.test(code))).toBe(true);
  });

  it("never calls firmware fine that the verdict does not", () => {
    for (const { trips } of Object.values(SAMPLES)) {
      const { seen, conclusion } = diagnose(caseOf(trips));
      const belongs = ["match", "impaired", "outdated"].includes(seen.judgement.verdict);
      expect(conclusion.startsWith("The firmware is fine")).toBe(
        belongs && !conclusion.startsWith("Look at the firmware first"),
      );
    }
  });
});
