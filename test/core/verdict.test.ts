import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lteMaskOf } from "../../src/core/bands.js";
import type { Declaration } from "../../src/core/declaration.js";
import type { Facts } from "../../src/core/facts.js";
import type { ModuleReading } from "../../src/core/reading.js";
import { exitOf, type JudgeOptions, type Judgement, judge } from "../../src/core/verdict.js";
import { byCode, byVariant, FACTS, factsWithout, MASK_OF_A, moduleSaying } from "./facts.js";

const A_FIRMWARE = "EC25AFAR05A07M4G_30.005.30.005";
const E_FIRMWARE = "EC25EFAR06A11M4G_01.001.01.001";
const IMEI = { kind: "present", imei: "000000001230217" } as const;

/** CFUN 1, registered at home, an IMEI: nothing to complain of. */
const HEALTHY: Partial<ModuleReading> = { cfun: 1, registration: "home", imei: IMEI };
/** What the module of the thread showed: E firmware on an EC25-A (domain.md 2.2). */
const OF_THE_THREAD: Partial<ModuleReading> = {
  cfun: 7,
  cfunHistory: [7],
  cfunError: "+CME ERROR: 0",
  registration: "none",
  sim: "READY",
  imei: IMEI,
  band: MASK_OF_A,
};

function judged(
  reading: ModuleReading,
  declarations: readonly Declaration[] = [],
  options: Partial<JudgeOptions> & { facts?: Facts } = {},
): Judgement {
  const { facts = FACTS, ...rest } = options;
  return judge(reading, facts, { declarations, ...rest });
}

const brief = ({ verdict, confidence }: Judgement) => `${verdict}/${confidence}`;
const allText = ({ evidence, advice }: Judgement) =>
  [...evidence.map(({ says }) => says), ...advice].join("\n");

describe("the module of the thread: an EC25-A that runs E firmware", () => {
  const thread = moduleSaying(E_FIRMWARE, OF_THE_THREAD);

  it("is suspect while nothing is declared, and its mask names EC25-A", () => {
    const judgement = judged(thread);
    expect(brief(judgement)).toBe("suspect/strong");
    expect(judgement.evidence).toContainEqual({
      from: 'AT+QCFG="band"',
      says:
        "band mask 0x260,0x80a (B2 B4 B12; WCDMA 1900, WCDMA 850, WCDMA 1700): the factory mask of EC25-A, " +
        "kept in NV across a flash, and not one EC25-E would have",
      supports: "EC25-A",
      contradicts: "EC25-E",
      weight: "strong",
    });
    expect(judgement.advice).toEqual([
      "The hardware may be EC25-A; only the label can decide. Read the ordering code on the shield and check again with --label.",
    ]);
  });

  it("is a mismatch for certain by its label, and the letters that differ are marked", () => {
    const judgement = judged(thread, [byCode("EC25AFA", "M4G")]);
    expect(brief(judgement)).toBe("mismatch/certain");
    expect(judgement.evidence[0]).toEqual({
      from: "label",
      says: "EC25AFA-512-STD declares EC25AFA; the firmware is EC25EFA: EC25[A]FA against EC25[E]FA",
      supports: "EC25-A",
      contradicts: "EC25-E",
      weight: "strong",
    });
    expect(judgement.advice).toEqual(["Put the right firmware on: ecflash flash --label EC25AFA-512-STD"]);
  });

  it.each(["EC25 AFA 512 STD", "EC25AFA-512-STD $(reboot)", "EC25AFA-512-STD;reboot"])(
    "advises a command that can be pasted, whatever the label %j came with",
    (label) => {
      const { advice } = judged(thread, [{ ...byCode("EC25AFA", "M4G"), text: label }]);
      expect(advice).toEqual(["Put the right firmware on: ecflash flash --label EC25AFA"]);
    },
  );

  it("is a mismatch by variant too; certain because the mask says the same, and the label is asked for", () => {
    const judgement = judged(thread, [byVariant("EC25-A")]);
    expect(brief(judgement)).toBe("mismatch/certain");
    expect(judgement.evidence[0]?.says).toContain("EC25-[A] against EC25-[E]");
    expect(judgement.advice).toEqual(["Read the ordering code on the shield and check again with --label."]);
  });

  it("is a match after the flash, with the earlier firmware and CFUN 7 in its evidence", () => {
    const after = moduleSaying([E_FIRMWARE, A_FIRMWARE], {
      ...HEALTHY,
      cfunHistory: [7, 1],
      band: MASK_OF_A,
    });
    const judgement = judged(after, [byVariant("EC25-A")]);
    expect(brief(judgement)).toBe("match/strong");
    expect(judgement.claimed?.text).toBe(A_FIRMWARE);
    expect(allText(judgement)).toContain(`earlier it reported ${E_FIRMWARE} (EC25-E)`);
    expect(allText(judgement)).toContain("earlier CFUN was 7");
  });
});

describe("a label that the module itself speaks against", () => {
  it("is disputed, not a mismatch, when the module is registered: flashing would ruin it", () => {
    const judgement = judged(moduleSaying(E_FIRMWARE, HEALTHY), [byCode("EC25AFA", "M4G")]);
    expect(brief(judgement)).toBe("disputed/strong");
    expect(judgement.evidence).toContainEqual({
      from: "AT+CREG?",
      says: "CFUN is 1 and the module is registered (home)",
      supports: "EC25-E",
      weight: "strong",
    });
  });

  it.each<[string, Partial<ModuleReading>, string]>([
    ["CFUN 1", { cfun: 1 }, "CFUN is 1 and the module is registered (home)"],
    ["QMI online", { qmiMode: "online" }, "the radio is online and the module is registered (home)"],
    ["nothing else was read", {}, "the module is registered (home)"],
    ["CFUN 1 beside a stale QMI mode", { cfun: 1, qmiMode: "offline" }, "CFUN is 1 and the module is"],
  ])("is disputed by a registration: %s", (_, shown, says) => {
    const reading = moduleSaying(E_FIRMWARE, { ...shown, registration: "home", band: MASK_OF_A });
    const judgement = judged(reading, [byCode("EC25AFA", "M4G")]);
    expect(brief(judgement)).toBe("disputed/strong");
    expect(allText(judgement)).toContain(says);
    expect(brief(judged(reading))).toBe("unknown/weak");
  });

  it.each<[string, Partial<ModuleReading>, string]>([
    ["CFUN 7", { cfun: 7 }, "the module is registered (roaming), though CFUN is 7"],
    ["CFUN 4", { cfun: 4, qmiMode: "online" }, "the module is registered (roaming), though CFUN is 4"],
    [
      "QMI offline",
      { qmiMode: "offline" },
      "the module is registered (roaming), though the radio is offline",
    ],
  ])(
    "is no dispute where the radio is off, and the registration is said all the same: %s",
    (_, shown, says) => {
      const reading = moduleSaying(E_FIRMWARE, { ...shown, registration: "roaming" });
      const judgement = judged(reading, [byCode("EC25AFA", "M4G")]);
      expect(brief(judgement)).toBe("mismatch/certain");
      expect(judgement.evidence).toContainEqual({ from: "AT+CREG?", says, weight: "context" });
    },
  );

  it("is disputed when the mask is the claimed variant's factory mask, though nothing is registered", () => {
    const band = { gw: 0x93n, lte: 0x1a0080800c5n };
    const judgement = judged(moduleSaying("EC25EUXGAR08A13M1G_20.200.20.200", { cfun: 1, band }), [
      byCode("EC25AFA"),
    ]);
    expect(brief(judgement)).toBe("disputed/strong");
  });

  it("is no dispute by a mask that both variants have: AF and AFX share theirs", () => {
    const band = { gw: 0x260n, lte: 0x42000000000000381an };
    const judgement = judged(moduleSaying("EC25AFXGAR07A04M1G", { cfun: 7, band }), [byCode("EC25AFFA")]);
    expect(brief(judgement)).toBe("mismatch/certain");
  });

  it("is disputed when two declarations disagree, by variant, by code or by NAND size", () => {
    const claim = moduleSaying(A_FIRMWARE, HEALTHY);
    expect(brief(judged(claim, [byCode("EC25AFA"), byVariant("EC25-E")]))).toBe("disputed/certain");
    const af = moduleSaying("EC25AFFAR07A08M4G", HEALTHY);
    expect(brief(judged(af, [byCode("EC25AFFA"), byCode("EC25AFFD", null, "inventory")]))).toBe(
      "disputed/certain",
    );
    expect(brief(judged(claim, [byCode("EC25AFA", "M4G"), byCode("EC25AFA", "M2G", "inventory")]))).toBe(
      "disputed/certain",
    );
  });

  it("is not hidden by a weaker declaration in front: the code of the inventory counts", () => {
    const declarations = [byVariant("EC25-AF"), byCode("EC25AFFD", null, "inventory")];
    const judgement = judged(moduleSaying("EC25AFFAR07A08M4G", { cfun: 7 }), declarations);
    expect(brief(judgement)).toBe("mismatch/certain");
    expect(judgement.declared?.hardware?.code).toBe("EC25AFFD");
  });
});

describe("healthy modules are never suspect, and never disputed", () => {
  const all = [...FACTS.variants.values()];
  const firmware: Readonly<Record<string, string>> = {
    "EC25-A": A_FIRMWARE,
    "EC25-AF": "EC25AFFAR07A14M4G",
    "EC25-AFX": "EC25AFXGAR07A04M1G",
    "EC25-E": E_FIRMWARE,
    "EC25-EUX": "EC25EUXGAR08A13M1G_20.200.20.200",
    "EC25-V": "EC25VFAR02A01M4G",
    "EG25-G": "EG25GGBR07A08M2G_30.006.30.006",
    "EC20-CE": "EC20CEFAR02A10M4G",
  };
  const quiet = fc.record({
    cfun: fc.constantFrom(null, 0, 1, 4),
    registration: fc.constantFrom("home", "roaming", "searching", "denied", "none", "unknown", null),
    sim: fc.constantFrom("READY", "+CME ERROR: 10", null),
    imei: fc.constantFrom(IMEI, { kind: "unread" } as const),
  });
  const gw = fc.bigInt({ min: 0n, max: 0xffffn });
  const noise = fc.bigInt({ min: 0n, max: 2n ** 72n });

  it.each(all.map(({ name, lteBands }) => ({ name, own: lteMaskOf(lteBands) })))(
    "$name with bands locked or opened, on a bench or in the field",
    ({ name, own }) => {
      fc.assert(
        fc.property(quiet, gw, noise, fc.boolean(), (shown, gwMask, bits, locked) => {
          const band = { gw: gwMask, lte: locked ? own & bits : own | bits };
          const reading = moduleSaying(firmware[name] ?? "", { ...shown, band });
          expect(brief(judged(reading))).toBe("unknown/weak");
          expect(brief(judged(reading, [byVariant(name)]))).toBe("match/strong");
        }),
      );
    },
  );

  it.each<[string, Partial<ModuleReading>]>([
    ["all bands written", { ...HEALTHY, band: { gw: 0xffffn, lte: 0x7fffffffffffffffn } }],
    [
      "an EC25-A that was repaired and kept the mask of E firmware",
      { cfun: 1, band: { gw: 0xd3n, lte: 0x1a0000800d5n } },
    ],
    ["flight mode", { cfun: 4, registration: "none", band: MASK_OF_A }],
    ["no SIM", { cfun: 1, sim: "+CME ERROR: 10", registration: "unknown", band: MASK_OF_A }],
    ["nothing was read but the revision", {}],
  ])("EC25-A: %s", (_, shown) => {
    expect(brief(judged(moduleSaying(A_FIRMWARE, shown)))).toBe("unknown/weak");
    expect(brief(judged(moduleSaying(A_FIRMWARE, shown), [byCode("EC25AFA", "M4G")]))).toBe("match/certain");
  });

  it("a module with its own seen factory mask is not suspect, even if the band table is wrong about its bands", () => {
    const row = FACTS.variants.get("EC25-EUX");
    if (row === undefined) throw new RangeError("EC25-EUX");
    const wrong = { ...row, lteBands: [1, 3, 5, 7, 8, 20, 38, 40, 41, 66] };
    const facts = { ...FACTS, variants: new Map([...FACTS.variants, [wrong.name, wrong]]) };
    const reading = moduleSaying("EC25EUXGAR08A13M1G", { cfun: 1, band: { gw: 0x93n, lte: 0x1a0080800c5n } });
    expect(brief(judged(reading, [], { facts }))).toBe("unknown/weak");
  });

  it("a registered module is not suspect, even with the factory mask of another variant", () => {
    const judgement = judged(moduleSaying(E_FIRMWARE, { ...HEALTHY, band: MASK_OF_A }));
    expect(brief(judgement)).toBe("unknown/weak");
    expect(allText(judgement)).not.toContain("kept in NV");
  });

  it("a global module locked to the very bands of an EC25-A is not suspect: it has them all", () => {
    const reading = moduleSaying("EG25GGBR07A08M2G", { cfun: 1, registration: "searching", band: MASK_OF_A });
    expect(brief(judged(reading))).toBe("unknown/weak");
  });
});

describe("a module with the right firmware that does not run", () => {
  const label = [byCode("EC25AFA", "M4G")];

  it("CFUN 7 alone is a weak sign: power-cycle first, RMA only if it stays", () => {
    const judgement = judged(moduleSaying(A_FIRMWARE, { cfun: 7, imei: IMEI }), label);
    expect(brief(judgement)).toBe("impaired/weak");
    expect(judgement.advice.join()).toMatch(/Power-cycle .* RMA only if/);
  });

  it("CFUN 5 is lost calibration: no flash brings it back", () => {
    const judgement = judged(moduleSaying(A_FIRMWARE, { cfun: 5, imei: IMEI }), label);
    expect(brief(judgement)).toBe("impaired/strong");
    expect(judgement.advice.join()).toContain("flashing will not help");
  });

  it.each<[string, Partial<ModuleReading>, string, string]>([
    ["factory-test is CFUN 5", { qmiMode: "factory-test" }, "impaired/strong", "suspect/weak"],
    ["CFUN decides where it was read", { cfun: 1, qmiMode: "factory-test" }, "match/certain", "unknown/weak"],
    ["offline is CFUN 7", { qmiMode: "offline" }, "impaired/weak", "suspect/weak"],
    ["low power is neither", { qmiMode: "low-power" }, "match/certain", "unknown/weak"],
  ])("QMI: %s", (_, shown, declared, undeclared) => {
    const reading = moduleSaying(A_FIRMWARE, { ...shown, imei: IMEI });
    expect(brief(judged(reading, label))).toBe(declared);
    expect(brief(judged(reading))).toBe(undeclared);
    expect(allText(judged(reading, label)).includes("factory test")).toBe(declared === "impaired/strong");
  });

  it("an IMEI that is empty in three reads is lost calibration; in two it may have been early", () => {
    const reads = (count: number) =>
      moduleSaying(A_FIRMWARE, { cfun: 1, imei: { kind: "empty", reads: count } });
    expect(brief(judged(reads(3), label))).toBe("impaired/strong");
    const early = judged(reads(2), label);
    expect(brief(early)).toBe("match/certain");
    expect(early.evidence).toContainEqual({
      from: "AT+GSN",
      says: "the IMEI is empty (asked 2 times)",
      supports: "lost calibration",
      weight: "weak",
    });
  });

  it("an IMEI that was not read says nothing", () => {
    const judgement = judged(moduleSaying(A_FIRMWARE, { cfun: 1, imei: { kind: "unread" } }), label);
    expect(brief(judgement)).toBe("match/certain");
    expect(allText(judgement)).not.toContain("IMEI");
  });

  it("is weakly suspect while nothing is declared, and nobody is named", () => {
    const judgement = judged(moduleSaying(A_FIRMWARE, { cfun: 7, band: MASK_OF_A }));
    expect(brief(judgement)).toBe("suspect/weak");
    expect(judgement.advice).toEqual(["Read the ordering code on the shield and check again with --label."]);
  });

  it("with the wrong firmware besides, it is a mismatch that warns of the calibration", () => {
    const judgement = judged(moduleSaying(E_FIRMWARE, { cfun: 5 }), label);
    expect(brief(judgement)).toBe("mismatch/certain");
    expect(judgement.advice.at(-1)).toContain("Calibration looks lost as well");
  });
});

describe("what cannot be judged", () => {
  it.each([
    ["edl", "ecflash recover"],
    ["dump", "Power-cycle"],
    ["fastboot", "fastboot reboot"],
    ["absent", "power and cable"],
  ] as const)("a module in %s is not running; the way out: %s", (mode, way) => {
    const judgement = judged(moduleSaying([], { mode }), [byCode("EC25AFA")]);
    expect(brief(judgement)).toBe("not-running/certain");
    expect(judgement.advice[0]).toContain(way);
    // Recover refuses what is not in EDL.
    expect(judgement.advice.join().includes("ecflash recover")).toBe(mode === "edl");
  });

  it("a clone on Quectel's USB ids is a mismatch when something is declared, else set aside", () => {
    const clone = moduleSaying("QDC507GLEFM21_01.001.01.007", HEALTHY);
    expect(brief(judged(clone, [byCode("EC25AFA")]))).toBe("mismatch/certain");
    expect(judged(clone, [byCode("EC25AFA")]).advice).toEqual([
      "This is not the declared module; look at the label again.",
    ]);
    expect(brief(judged(clone))).toBe("unsupported/certain");
    const named = moduleSaying([], { ...HEALTHY, modelText: "EG25G-QDC507" });
    expect(judged(named).verdict).toBe("unsupported");
  });

  it("another make without a readable revision is known by its maker; older firmware that says Android is not", () => {
    expect(brief(judged(moduleSaying([], { maker: "BAIWANG" })))).toBe("unsupported/certain");
    expect(brief(judged(moduleSaying([], { maker: "Android" })))).toBe("unknown/weak");
  });

  it("a neighbour model of the same maker is set aside, unless it is declared to be something else", () => {
    const neighbour = moduleSaying("EC21EFAR06A02M4G", { cfun: 1 });
    expect(brief(judged(neighbour))).toBe("unsupported/certain");
    expect(brief(judged(neighbour, [byCode("EC25EFA")]))).toBe("mismatch/certain");
  });

  it.each([
    ["BG95M3LAR02A03", "BG95-M3"],
    ["EC200UCNAAR03A05M08", "EC200U"],
    ["EG916QGLLGR01A03M04", null],
    ["", "EP06-E"],
  ])("a module on another chip is set aside by its revision or its name: %s %s", (revision, modelText) => {
    const other = moduleSaying(revision === "" ? [] : revision, { maker: "Quectel", modelText });
    expect(brief(judged(other))).toBe("unsupported/certain");
    expect(brief(judged(other, [byCode("EC25EFA")]))).toBe("mismatch/certain");
  });

  it.each([
    ["a neighbour", "EC21EFAR06A02M4G"],
    ["a module on a 5G chip", "RM500QGLAAR01A01M4G_BETA_20200428F"],
    ["a module on another chip, without a flash size", "BG95M3LAR02A03"],
    ["a clone", "QDC507GLEFM21"],
  ])("%s is never advised to be flashed: it is not the declared module", (_, revision) => {
    const judgement = judged(moduleSaying(revision, { cfun: 7 }), [byCode("EC25EFA")]);
    expect(brief(judgement)).toBe("mismatch/certain");
    expect(judgement.found).not.toBe("judged");
    expect(judgement.advice).toEqual(["This is not the declared module; look at the label again."]);
  });

  it("a neighbour that is not ready is not compared: unknown where something is declared, else set aside", () => {
    const reading = moduleSaying("EC21EFAR06A02M4G_01.001.00.000", { modelText: "EC21" });
    expect(brief(judged(reading, [byCode("EC25EFA")]))).toBe("unknown/weak");
    expect(brief(judged(reading))).toBe("unsupported/certain");
  });

  it.each(["EC25", "EG25-G", "EC20F", "EC20", "LTE Module", "QUECTEL Mobile Broadband Module"])(
    "%s may be of the family",
    (modelText) => {
      const silent = moduleSaying([], { maker: "Quectel", modelText });
      expect(brief(judged(silent))).toBe("unknown/weak");
      expect(brief(judged(moduleSaying("0.5.1", { maker: "Quectel", modelText })))).toBe("custom/certain");
    },
  );

  it.each<[string, readonly string[]]>([
    ["the application processor is not up", ["EC25EFAR06A11M4G_01.001.00.000"]],
    ["nor is it for a short form beside it", ["EC25EFAR06A11M4G_01.001.00.000", "EC25EFAR06A11M4G"]],
    ["silent", []],
  ])("not ready is unknown, declared or not, and is no pass: %s", (_, revisions) => {
    const reading = moduleSaying(revisions, OF_THE_THREAD);
    for (const judgement of [judged(reading), judged(reading, [byCode("EC25AFA", "M4G")])]) {
      expect(brief(judgement)).toBe("unknown/weak");
      expect(exitOf(judgement, { allowUnknown: true })).toBe(11);
      expect(judgement.advice.join()).toContain("check again");
    }
  });

  it.each<[string, Partial<ModuleReading>, string, string]>([
    ["0.5.1", { maker: "Quectel" }, "custom/certain", ""],
    ["0.5.1", { modelText: "EG25" }, "custom/certain", ""],
    ["17.00.503", {}, "custom/weak", "nothing shows a Quectel module"],
    ["SWI9X15C_05.05.58.00", {}, "custom/weak", "nothing shows a Quectel module"],
    ["ec25afar05a07m4g", { maker: "Quectel" }, "custom/weak", "nearly a revision of Quectel's"],
    ["EC25AFAR05A07M4", { maker: "Quectel" }, "custom/weak", "nearly a revision of Quectel's"],
  ])("%s with %j is %s", (revision, shown, expected, says) => {
    const judgement = judged(moduleSaying(revision, shown));
    expect(brief(judgement)).toBe(expected);
    expect(allText(judgement)).toContain(says);
  });

  it("custom firmware is custom, declared or not: it is never replaced silently", () => {
    for (const declarations of [[], [byCode("EG25GGB")]]) {
      const judgement = judged(moduleSaying("0.5.1", { ...HEALTHY, maker: "Quectel" }), declarations);
      expect(brief(judgement)).toBe("custom/certain");
      // A revision without Quectel's grammar speaks for no variant.
      expect(judgement.evidence.find(({ says }) => says === "it reports 0.5.1")).not.toHaveProperty(
        "supports",
      );
    }
  });
});

describe("declared and claimed are compared whole", () => {
  it("EC25AFA and EC25AFFA are neighbours in spelling and strangers in hardware", () => {
    const judgement = judged(moduleSaying("EC25AFFAR07A08M4G", { cfun: 7 }), [byCode("EC25AFA")]);
    expect(brief(judgement)).toBe("mismatch/certain");
    expect(judgement.evidence[0]?.says).toContain("EC25AF[]A against EC25AF[F]A");
    expect(judgement.evidence[0]).toMatchObject({ supports: "EC25-A", contradicts: "EC25-AF" });
    expect(brief(judged(moduleSaying(A_FIRMWARE, { cfun: 7 }), [byCode("EC25AFFA")]))).toBe(
      "mismatch/certain",
    );
  });

  it("two codes of one variant are a mismatch, and the evidence sets code against code", () => {
    const judgement = judged(moduleSaying("EC25AFFDR07A08M4G", { cfun: 7 }), [byCode("EC25AFFA")]);
    expect(brief(judgement)).toBe("mismatch/certain");
    expect(judgement.evidence[0]).toMatchObject({ supports: "EC25AFFA", contradicts: "EC25AFFD" });
  });

  it("a variant alone is met by each of its codes, and the label would make it certain", () => {
    const judgement = judged(moduleSaying("EC25AFFDR07A08M4G", HEALTHY), [byVariant("EC25-AF")]);
    expect(brief(judgement)).toBe("match/strong");
    expect(judgement.advice).toEqual(["Declared by variant only; the label would make it certain."]);
    expect(judged(moduleSaying(A_FIRMWARE, HEALTHY), [byCode("EC25AFA")]).advice).toEqual([]);
  });

  it("the NAND size on the label is a second check, and the evidence names the sizes, not the letters", () => {
    const judgement = judged(moduleSaying(A_FIRMWARE, { cfun: 1, band: MASK_OF_A }), [
      { ...byCode("EC25AFA", "M2G"), text: "EC25AFA-256-STD" },
    ]);
    expect(brief(judgement)).toBe("mismatch/certain");
    expect(judgement.evidence[0]).toEqual({
      from: "label",
      says: "EC25AFA-256-STD declares a NAND of M2G; the firmware EC25AFAR05A07M4G is made for M4G",
      supports: "EC25AFA with M2G",
      contradicts: "EC25AFA with M4G",
      weight: "strong",
    });
  });

  it("a claim with a code nobody recorded is compared letter by letter, and is nobody's variant", () => {
    const facts = factsWithout("EC25EFA");
    const reading = moduleSaying(E_FIRMWARE, OF_THE_THREAD);
    const judgement = judged(reading, [byCode("EC25AFA", "M4G")], { facts });
    expect(brief(judgement)).toBe("mismatch/certain");
    expect(judgement.claimedVariant).toBeNull();
    expect(judgement.evidence[0]).toMatchObject({ supports: "EC25-A", contradicts: "EC25EFA" });
    expect(judgement.evidence[0]?.says).toContain("EC25[A]FA against EC25[E]FA");
    // Whose bands it has is not known either, so the mask alone makes no suspect of it.
    expect(brief(judged({ ...reading, cfun: 1 }, [], { facts }))).toBe("unknown/weak");
  });
});

describe("what a guess could decide", () => {
  const guessed = (code: string, variant: string): Facts => {
    const [row] = [...FACTS.hardwareCodes.values()];
    if (row === undefined) throw new RangeError("no row");
    const guess = { ...row, code, variant, memory: "GA", standing: "guess" } as const;
    return { ...FACTS, hardwareCodes: new Map([...FACTS.hardwareCodes, [code, guess]]) };
  };

  it("is left open: the declared variant, and a code that is recorded as a guess or nowhere", () => {
    const reading = moduleSaying("EC25AFGAR01A01M4G", { cfun: 1 });
    for (const facts of [FACTS, guessed("EC25AFGA", "EC25-AF")]) {
      const judgement = judged(reading, [byVariant("EC25-AF")], { facts });
      expect(brief(judgement)).toBe("unknown/weak");
      expect(judgement.evidence[0]).toEqual({
        from: "variant",
        says: "EC25-AF is declared; nobody has recorded whether EC25AFGA is one of its codes",
        weight: "context",
      });
      // Something is declared, so this is not what --allow-unknown is for.
      expect(exitOf(judgement, { allowUnknown: true })).toBe(11);
    }
  });

  it("does not hide what is none: a code of other letters is another variant, recorded or not", () => {
    expect(brief(judged(moduleSaying("EC25EZZR01A01M4G"), [byVariant("EC25-AF")]))).toBe("mismatch/strong");
  });

  it("is decided by a label: its code is compared whole, whatever stands in the table", () => {
    const facts = guessed("EC25AFGA", "EC25-AF");
    const row = facts.hardwareCodes.get("EC25AFGA") ?? null;
    const label: Declaration = { ...byCode("EC25AFFA"), hardware: row, text: "EC25AFGA-512-STD" };
    expect(brief(judged(moduleSaying("EC25AFGAR01A01M4G"), [label], { facts }))).toBe("match/certain");
    expect(brief(judged(moduleSaying("EC25AFFAR07A08M4G"), [label], { facts }))).toBe("mismatch/certain");
  });
});

describe("what a label says besides its code", () => {
  const label = (more: Partial<Declaration>): Declaration => ({ ...byCode("EC25EFA"), ...more });
  const says = (judgement: Judgement) => judgement.evidence.map((one) => one.says).join("\n");

  it("a printed revision is a second witness of the code", () => {
    const judgement = judged(moduleSaying(E_FIRMWARE), [label({ printed: "EC25EFAR02A03M4G" })]);
    expect(judgement.evidence).toContainEqual({
      from: "label",
      says: "the label also prints EC25EFAR02A03M4G, of the same code",
      supports: "EC25EFA",
      weight: "weak",
    });
  });

  it("the order option of a carrier speaks for its firmware, and against any other; it decides nothing", () => {
    const carrier = [label({ text: "EC25EFA-512-SKT", option: "SKT" })];
    const other = judged(moduleSaying(E_FIRMWARE), carrier);
    expect(brief(other)).toBe("match/certain");
    expect(says(other)).toContain(
      `EC25EFA-512-SKT is ordered with the firmware of SKT; ${E_FIRMWARE} is that of no carrier`,
    );
    expect(says(judged(moduleSaying("EC25EFAR04A02M4G_SKT"), carrier))).not.toContain("ordered with");
    const standard = judged(moduleSaying("EC25EFAR04A02M4G_SKT"), [label({ option: "STD" })]);
    expect(says(standard)).toContain(
      "is ordered with the firmware of no carrier; EC25EFAR04A02M4G_SKT is that of SKT",
    );
  });

  it("says nothing of a short form, which leaves the edition out, nor for an option nobody recorded", () => {
    expect(says(judged(moduleSaying("EC25EFAR04A02M4G"), [label({ option: "SKT" })]))).not.toContain(
      "ordered with",
    );
    expect(says(judged(moduleSaying(E_FIRMWARE), [label({ option: "XYZ" })]))).not.toContain("ordered with");
  });
});

describe("what runs now", () => {
  it("keeps the sub-edition that AT+QGMR gave when a shorter answer follows it", () => {
    const reading = moduleSaying(["EC25AFAR05A07M4G", A_FIRMWARE, "EC25AFAR05A07M4G"], HEALTHY);
    expect(judged(reading).claimed?.text).toBe(A_FIRMWARE);
  });

  it("is the last revision: one that went away does not come back", () => {
    const reading = moduleSaying([A_FIRMWARE, E_FIRMWARE, "EC25AFAR05A07M4G"], HEALTHY);
    expect(judged(reading).claimed?.text).toBe("EC25AFAR05A07M4G");
    expect(judged(moduleSaying(["EC25AFAR05A07M4G_30.003.30.003", A_FIRMWARE])).claimed?.text).toBe(
      A_FIRMWARE,
    );
  });
});

describe("a policy", () => {
  const required = (requiredRelease: string, revision = A_FIRMWARE) =>
    judged(moduleSaying(revision, HEALTHY), [byCode("EC25AFA", "M4G")], { requiredRelease });

  it("is met by the release itself, and by any sub-edition where it names none", () => {
    expect(brief(required(A_FIRMWARE))).toBe("match/certain");
    expect(brief(required("EC25AFAR05A07M4G"))).toBe("match/certain");
  });

  it("is not met by another release, nor by an answer too short to tell; both are named", () => {
    const other = required("EC25AFAR05A08M4G_30.001.30.001");
    expect(brief(other)).toBe("outdated/certain");
    expect(other.advice).toEqual([
      `The policy asks for EC25AFAR05A08M4G_30.001.30.001; the module reports ${A_FIRMWARE}.`,
    ]);
    expect(required(A_FIRMWARE, "EC25AFAR05A07M4G").verdict).toBe("outdated");
  });

  it("never outranks a mismatch or an impairment", () => {
    const options = { requiredRelease: "EC25AFAR05A08M4G" };
    const label = [byCode("EC25AFA", "M4G")];
    expect(judged(moduleSaying(E_FIRMWARE, OF_THE_THREAD), label, options).verdict).toBe("mismatch");
    expect(judged(moduleSaying(A_FIRMWARE, { cfun: 5 }), label, options).verdict).toBe("impaired");
  });
});

describe("evidence", () => {
  const anyReading = fc.record({
    revision: fc.constantFrom(A_FIRMWARE, E_FIRMWARE, "EC25AFFAR07A08M4G", "EG25GGBR07A08M2G", "0.5.1"),
    cfun: fc.constantFrom(null, 1, 4, 5, 7),
    registration: fc.constantFrom("home", "none", null),
    band: fc.constantFrom(null, MASK_OF_A, { gw: 0x93n, lte: 0x1a0080800c5n }, { gw: 0n, lte: 1n }),
  });
  const anyDeclaration = fc.constantFrom(
    [],
    [byCode("EC25AFA", "M4G")],
    [byVariant("EC25-E")],
    [byVariant("EC25-AF")],
  );

  it("never speaks for and against the same party, and calls the mask as witness only where it was read", () => {
    fc.assert(
      fc.property(anyReading, anyDeclaration, ({ revision, ...shown }, declarations) => {
        const judgement = judged(moduleSaying(revision, shown), declarations);
        for (const witness of judgement.evidence) {
          if (witness.contradicts !== undefined) expect(witness.contradicts).not.toBe(witness.supports);
          expect(witness.says).not.toMatch(/undefined|null|\[object/);
        }
        expect(judgement.evidence.some(({ from }) => from === 'AT+QCFG="band"')).toBe(shown.band !== null);
      }),
    );
  });

  it("a mask nobody's factory set is called just that, also where a computed one exists", () => {
    const judgement = judged(moduleSaying(E_FIRMWARE, { band: { gw: 0xd3n, lte: 0x1a0000800d5n } }));
    expect(allText(judgement)).toContain("equals no factory mask seen on a real unit");
  });

  it("is the same for the same reading: judging twice changes nothing", () => {
    const reading = moduleSaying(E_FIRMWARE, OF_THE_THREAD);
    expect(judged(reading, [byCode("EC25AFA")])).toEqual(judged(reading, [byCode("EC25AFA")]));
  });
});

describe("exitOf", () => {
  const claimed = judged(moduleSaying(A_FIRMWARE)).claimed;

  it("gives each verdict the exit code of the design's table", () => {
    const exits = {
      "not-running": 11,
      mismatch: 10,
      unsupported: 0,
      unknown: 11,
      custom: 11,
      disputed: 11,
      impaired: 13,
      outdated: 12,
      match: 0,
      suspect: 11,
    } as const;
    for (const verdict of Object.keys(exits) as (keyof typeof exits)[])
      expect(exitOf({ verdict, claimed }), verdict).toBe(exits[verdict]);
  });

  it("--strict makes an unsupported module undecided, and changes no other verdict", () => {
    expect(exitOf({ verdict: "unsupported", claimed }, { strict: true })).toBe(11);
    expect(exitOf({ verdict: "match", claimed }, { strict: true })).toBe(0);
  });

  it("--allow-unknown passes a module that claims something nobody contradicts, not one that said nothing", () => {
    expect(exitOf({ verdict: "unknown", claimed }, { allowUnknown: true })).toBe(0);
    expect(exitOf({ verdict: "unknown", claimed: null }, { allowUnknown: true })).toBe(11);
    const unmet = "The policy asks for EC25AFAR05A08M4G.";
    expect(exitOf({ verdict: "unknown", claimed, unmet }, { allowUnknown: true })).toBe(12);
    expect(exitOf({ verdict: "unknown", claimed, unmet })).toBe(11);
    expect(exitOf({ verdict: "suspect", claimed }, { allowUnknown: true })).toBe(11);
    expect(exitOf({ verdict: "disputed", claimed }, { allowUnknown: true })).toBe(11);
  });
});

describe("a NAND size that nobody recorded of the code", () => {
  const odd = moduleSaying("EC25EFAR06A11M1G", HEALTHY);

  it.each([
    ["a label without a size", byCode("EC25EFA")],
    ["a variant", byVariant("EC25-E")],
  ])("leaves open what %s declares, and says why", (_, declaration) => {
    const judgement = judged(odd, [declaration]);
    expect(brief(judgement)).toBe("unknown/weak");
    expect(exitOf(judgement, { allowUnknown: true })).toBe(11);
    expect(allText(judgement)).toContain(
      "EC25EFA is recorded with M4G only; EC25EFAR06A11M1G is made for M1G, and no size that is known is declared",
    );
  });

  it("is a match where the label prints it", () => {
    expect(brief(judged(odd, [byCode("EC25EFA", "M1G")]))).toBe("match/certain");
  });

  it("is a mismatch where the label prints another", () => {
    const quiet = moduleSaying("EC25EFAR06A11M1G");
    expect(brief(judged(quiet, [byCode("EC25EFA", "M4G")]))).toBe("mismatch/certain");
  });

  it.each([
    ["a row that records no size", { flash: [] }],
    ["a row that is a guess", { standing: "guess" as const }],
  ])("decides nothing by %s", (_, change) => {
    const row = FACTS.hardwareCodes.get("EC25EFA");
    if (row === undefined) throw new RangeError("EC25EFA");
    const hardwareCodes = new Map([...FACTS.hardwareCodes, ["EC25EFA", { ...row, ...change }]]);
    expect(brief(judged(odd, [byCode("EC25EFA")], { facts: { ...FACTS, hardwareCodes } }))).toBe(
      "match/certain",
    );
  });

  it("does not hide that another code is declared", () => {
    expect(brief(judged(moduleSaying("EC25EFAR06A11M1G"), [byCode("EC25AFA")]))).toBe("mismatch/certain");
  });
});
