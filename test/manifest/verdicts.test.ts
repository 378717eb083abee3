import { describe, expect, it } from "vitest";
import type { Declaration } from "../../src/core/declaration.js";
import type { Facts, HardwareCode } from "../../src/core/facts.js";
import { parseLabel } from "../../src/core/label.js";
import { type ModuleReading, UNREAD } from "../../src/core/reading.js";
import { judge } from "../../src/core/verdict.js";
import { loadFacts, loadKnownRevisions } from "../../src/manifest/load.js";

const facts = await loadFacts();
const known = await loadKnownRevisions();
const codes = [...facts.hardwareCodes.values()];

function reading(revision: string, shown: Partial<ModuleReading> = {}): ModuleReading {
  const revisions = [{ text: revision, from: "AT+QGMR" }];
  return { ...UNREAD, source: "1-1.2", virtual: false, mode: "normal", revisions, ...shown };
}

const byCode = (hardware: HardwareCode): Declaration => ({
  from: "label",
  text: hardware.code,
  hardware,
  variant: hardware.variant,
  flash: null,
});
const byVariant = (variant: string): Declaration => ({
  from: "variant",
  text: variant,
  hardware: null,
  variant,
  flash: null,
});

/** Each guess of the shipped facts, and the facts without what it says. */
const GUESSES: readonly { readonly what: string; readonly without: Facts }[] = [
  ...[...facts.variants.values()].flatMap((row) => {
    const { name, standing, factoryMask } = row;
    const put = (changed: typeof row) => ({
      ...facts,
      variants: new Map([...facts.variants, [name, changed]]),
    });
    return [
      ...(standing === "guess" ? [{ what: `variant ${name}`, without: put({ ...row, lteBands: [] }) }] : []),
      ...(factoryMask?.standing === "guess"
        ? [{ what: `mask of ${name}`, without: put({ ...row, factoryMask: null }) }]
        : []),
    ];
  }),
  ...codes.flatMap(({ code, standing }) => {
    const rest = [...facts.hardwareCodes].filter(([key]) => key !== code);
    return standing === "guess"
      ? [{ what: `hardware code ${code}`, without: { ...facts, hardwareCodes: new Map(rest) } }]
      : [];
  }),
  ...[...facts.ordering.sizes].flatMap(([key, { standing }]) => {
    const sizes = new Map([...facts.ordering.sizes].filter(([size]) => size !== key));
    const ordering = { ...facts.ordering, sizes };
    return standing === "guess" ? [{ what: `size ${key}`, without: { ...facts, ordering } }] : [];
  }),
];

describe("every hardware code declared against every revision that is known", () => {
  it("is a match exactly where the code is the revision's own", () => {
    let matches = 0;
    for (const hardware of codes)
      for (const { text, hardwareCode } of known) {
        const { verdict } = judge(reading(text, { cfun: 7 }), facts, { declarations: [byCode(hardware)] });
        // CFUN 7 beside the right firmware is an impairment of the module, not of the comparison.
        const expected = hardware.code === hardwareCode ? "impaired" : "mismatch";
        expect(verdict, `${hardware.code} declared, ${text} found`).toBe(expected);
        const quiet = judge(reading(text), facts, { declarations: [byCode(hardware)] }).verdict;
        expect(quiet === "match", `${hardware.code} declared, ${text} found`).toBe(
          hardware.code === hardwareCode,
        );
        matches += Number(quiet === "match");
      }
    expect(matches).toBe(known.filter(({ hardwareCode }) => facts.hardwareCodes.has(hardwareCode)).length);
  });

  it("by variant, is a match exactly where a code that was more than guessed is of it", () => {
    for (const variant of facts.variants.keys())
      for (const { text, hardwareCode } of known) {
        const { verdict } = judge(reading(text), facts, { declarations: [byVariant(variant)] });
        const row = facts.hardwareCodes.get(hardwareCode);
        const own = row?.variant === variant && row.standing !== "guess";
        expect(verdict === "match", `${variant} declared, ${text} found`).toBe(own);
      }
  });

  it("a label that is swapped with another's, on a module that is registered, is disputed and no mismatch", () => {
    for (const hardware of codes)
      for (const { text, hardwareCode } of known) {
        const running = reading(text, { cfun: 1, registration: "home" });
        const { verdict } = judge(running, facts, { declarations: [byCode(hardware)] });
        expect(verdict, `${hardware.code} declared, ${text} found`).toBe(
          hardware.code === hardwareCode ? "match" : "disputed",
        );
      }
  });
});

describe("a mask that two variants share", () => {
  const AF = { gw: 0x260n, lte: 0x42000000000000381an };
  const EUX = { gw: 0x93n, lte: 0x1a0080800c5n };
  const AU = { gw: 0xffn, lte: 0x80080000dfn };
  const label = (code: string) => {
    const row = facts.hardwareCodes.get(code);
    if (row === undefined) throw new RangeError(code);
    return byCode(row);
  };

  it.each([
    ["EC25AFXGA", "EC25AFFAR07A08M4G", AF, "mismatch/certain"],
    ["EC25AFFA", "EC25AFXGAR07A04M1G", AF, "mismatch/certain"],
    ["EC25EUGA", "EC25EUXGAR08A13M1G_20.200.20.200", EUX, "mismatch/certain"],
    ["EC25-AF", "EC25AFXGAR07A04M1G", AF, "mismatch/strong"],
    ["EC25-AFX", "EC25AFFAR07A08M4G", AF, "mismatch/strong"],
    ["EC25-EUX", "EC25EUGAR06A05M4G_BETA1108", EUX, "mismatch/strong"],
    ["EC25-EU", "EC25EUXGAR08A13M1G_20.200.20.200", EUX, "mismatch/strong"],
    ["EC25-AUX", "EC25AUGCR06A01M1G", AU, "mismatch/strong"],
    // One of them alone has it: a witness.
    ["EC25-AF", "EC25EFAR06A11M4G_01.001.01.001", AF, "mismatch/certain"],
    ["EC25AFA", "EC25EUXGAR08A13M1G_20.200.20.200", EUX, "disputed/strong"],
  ])("%s declared, %s found: no witness between the two", (declared, claim, band, expected) => {
    const declaration = declared.includes("-") ? byVariant(declared) : label(declared);
    const judgement = judge(reading(claim, { cfun: 7, band }), facts, { declarations: [declaration] });
    expect(`${judgement.verdict}/${judgement.confidence}`).toBe(expected);
  });

  it.each([
    [AF, "EC25-AF or EC25-AFX or EC25-AFXD"],
    [EUX, "EC25-EU or EC25-EUX"],
  ])("names all of them where the claim is none of them", (band, names) => {
    const thread = reading("EC25EFAR06A11M4G_01.001.01.001", { cfun: 7, band });
    const { verdict, advice } = judge(thread, facts, { declarations: [] });
    expect(verdict).toBe("suspect");
    expect(advice[0]).toContain(`The hardware may be ${names}; `);
  });
});

describe("healthy modules of every shipped variant", () => {
  const masks = [...facts.variants.values()].flatMap(({ factoryMask }) => factoryMask ?? []);
  it("are never suspect: bands locked, all written, flight mode, no SIM, nothing read", () => {
    for (const { text, hardwareCode } of known) {
      const row = facts.hardwareCodes.get(hardwareCode);
      const own = row === undefined ? undefined : facts.variants.get(row.variant);
      if (own === undefined) continue;
      const bands = own.lteBands.map((band) => 1n << BigInt(band - 1));
      const all = bands.reduce((sum, bit) => sum | bit, 0n);
      const shown: Partial<ModuleReading>[] = [
        {},
        { cfun: 4 },
        { cfun: 1, sim: "+CME ERROR: 10", registration: "unknown" },
        { cfun: 1, band: { gw: 0xffffn, lte: (1n << 72n) - 1n } },
        { cfun: 1, band: { gw: 0n, lte: all } },
        ...bands.map((lte) => ({ cfun: 1, band: { gw: 0n, lte } })),
        // A module that was repaired and keeps the mask of the firmware it had.
        ...masks.map((band) => ({ cfun: 1, registration: "home" as const, band })),
      ];
      for (const one of shown)
        expect(
          judge(reading(text, one), facts, { declarations: [] }).verdict,
          `${text} ${String(one.band?.lte)}`,
        ).toBe("unknown");
    }
  });

  it("an EC25-A that was repaired and kept the mask of E firmware is not suspect", () => {
    const band = { gw: 0xd3n, lte: 0x1a0000800d5n };
    expect(judge(reading("EC25AFAR05A07M4G", { band }), facts, { declarations: [] }).verdict).toBe("unknown");
  });
});

describe("a guess never decides", () => {
  const claims = codes.flatMap(({ code }) => [
    known.find(({ hardwareCode }) => hardwareCode === code)?.text ?? `${code}R06A01M1G_01.001.01.001`,
  ]);
  const shown: Partial<ModuleReading>[] = [
    {},
    { cfun: 1, registration: "home" },
    { cfun: 7, band: { gw: 0x260n, lte: 0x80an } },
    ...[...facts.variants.values()].flatMap(({ factoryMask }) =>
      factoryMask?.standing === "guess" ? [{ cfun: 1, band: factoryMask }] : [],
    ),
  ];
  const declared = [
    [],
    ...codes.map((row) => [byCode(row)]),
    ...[...facts.variants.keys()].map((v) => [byVariant(v)]),
  ];
  const verdictsBy = (told: Facts) =>
    claims.flatMap((claim) =>
      shown.flatMap((one) =>
        declared.map((declarations) => {
          const { verdict } = judge(reading(claim, one), told, { declarations });
          return `${claim} ${declarations[0]?.text ?? "nothing"} declared: ${verdict}`;
        }),
      ),
    );
  const told = verdictsBy(facts);

  it.each(GUESSES)("$what", ({ without }) => {
    const bare = verdictsBy(without);
    expect(bare.filter((verdict, index) => verdict !== told[index])).toEqual([]);
  });

  it("there are guesses of every kind to try", () => {
    for (const kind of ["variant", "mask", "hardware code", "size"])
      expect(
        GUESSES.some(({ what }) => what.startsWith(kind)),
        kind,
      ).toBe(true);
  });

  it("a mask that was seen does decide: the sweep would notice one", () => {
    const row = facts.variants.get("EC25-A");
    if (row === undefined) throw new RangeError("EC25-A");
    const blind = {
      ...facts,
      variants: new Map([...facts.variants, [row.name, { ...row, factoryMask: null }]]),
    };
    expect(verdictsBy(blind)).not.toEqual(told);
  });

  it("not even the size on a label: what -128- means is a guess, so it declares no flash", () => {
    expect(parseLabel("EC25AUXGA-128-SGNS", facts)).toMatchObject({ kind: "code", flash: null });
    expect(parseLabel("EC25AFA-512-STD", facts)).toMatchObject({ kind: "code", flash: "M4G" });
  });
});
