import { describe, expect, it } from "vitest";
import { codesOfVariant, parseLabel } from "../../src/core/label.js";
import { FACTS } from "./facts.js";

const read = (text: string) => parseLabel(text, FACTS);

describe("an ordering code", () => {
  it.each([
    { label: "EC25AFA-512-STD", code: "EC25AFA", variant: "EC25-A", flash: "M4G", option: "STD" },
    { label: "EC25AFFA-512-SGAS", code: "EC25AFFA", variant: "EC25-AF", flash: "M4G", option: "SGAS" },
    { label: "EC25AFFD-512-STD", code: "EC25AFFD", variant: "EC25-AF", flash: "M4G", option: "STD" },
    { label: "EC25EFA-512-SKT", code: "EC25EFA", variant: "EC25-E", flash: "M4G", option: "SKT" },
    { label: "EG25GGB-256-SGNS", code: "EG25GGB", variant: "EG25-G", flash: "M2G", option: "SGNS" },
    { label: "EC20CEFA-512-STD", code: "EC20CEFA", variant: "EC20-CE", flash: "M4G", option: "STD" },
    // What sellers print: a dash after the model, or a form factor in the place of the size.
    { label: "EC25-AFA", code: "EC25AFA", variant: "EC25-A", flash: null, option: null },
    { label: "EC25-AFA MINIPCIE", code: "EC25AFA", variant: "EC25-A", flash: null, option: "MINIPCIE" },
    { label: "EC25-AFXGA", code: "EC25AFXGA", variant: "EC25-AFX", flash: null, option: null },
    { label: "EC25-EUXGA", code: "EC25EUXGA", variant: "EC25-EUX", flash: null, option: null },
    { label: "EG25GGB-MINIPCIE", code: "EG25GGB", variant: "EG25-G", flash: null, option: "MINIPCIE" },
    // What people type.
    { label: "ec25afa-512-std", code: "EC25AFA", variant: "EC25-A", flash: "M4G", option: "STD" },
    { label: "  EC25AFA 512 STD  ", code: "EC25AFA", variant: "EC25-A", flash: "M4G", option: "STD" },
    { label: "EC25 AFA", code: "EC25AFA", variant: "EC25-A", flash: null, option: null },
    { label: "EC25AFA", code: "EC25AFA", variant: "EC25-A", flash: null, option: null },
    // The whole shield, as a camera reads it.
    { label: "S/N x EC25AFA-512-STD", code: "EC25AFA", variant: "EC25-A", flash: "M4G", option: "STD" },
    {
      label: "Quectel EC25-A\nEC25AFA-512-STD Q1-A7",
      code: "EC25AFA",
      variant: "EC25-A",
      flash: "M4G",
      option: "STD",
    },
    {
      label: "QUECTEL EC25-AFXGA MINIPCIE FCC ID: XMR201909EC25AFX IC: 10224A-201909",
      code: "EC25AFXGA",
      variant: "EC25-AFX",
      flash: null,
      option: "MINIPCIE",
    },
    { label: "Quectel EC25 AFA 512 STD Q1", code: "EC25AFA", variant: "EC25-A", flash: "M4G", option: "STD" },
    {
      label: "(ec25affa\u2011512\u2011sgas)",
      code: "EC25AFFA",
      variant: "EC25-AF",
      flash: "M4G",
      option: "SGAS",
    },
    { label: "EC20CEFAG-512-SGNS", code: "EC20CEFAG", variant: "EC20-CE", flash: "M4G", option: "SGNS" },
    { label: "EC20CEFA STD", code: "EC20CEFA", variant: "EC20-CE", flash: null, option: "STD" },
    { label: "EC20CEFA LTE Q1-A7", code: "EC20CEFA", variant: "EC20-CE", flash: null, option: null },
    { label: "EC20-CEFA", code: "EC20CEFA", variant: "EC20-CE", flash: null, option: null },
    // The letters of its own variant or code say nothing against it, and a package form is no memory code.
    { label: "EC25AFA A", code: "EC25AFA", variant: "EC25-A", flash: null, option: null },
    { label: "EC25AFA FA", code: "EC25AFA", variant: "EC25-A", flash: null, option: null },
    { label: "EC20CEFA-512-STD CE", code: "EC20CEFA", variant: "EC20-CE", flash: "M4G", option: "STD" },
    { label: "EC25EFA LGA", code: "EC25EFA", variant: "EC25-E", flash: null, option: "LGA" },
    // Size and option close together, apart, or in words of their own.
    { label: "EC25EFA-512STD", code: "EC25EFA", variant: "EC25-E", flash: "M4G", option: "STD" },
    { label: "EC25EFA 512MB", code: "EC25EFA", variant: "EC25-E", flash: "M4G", option: null },
    { label: "EC25EFA -256-STD", code: "EC25EFA", variant: "EC25-E", flash: "M2G", option: "STD" },
    { label: "EC25EFA-512 SKT", code: "EC25EFA", variant: "EC25-E", flash: "M4G", option: "SKT" },
    { label: "EC25EFA MINIPCIE 512", code: "EC25EFA", variant: "EC25-E", flash: "M4G", option: "MINIPCIE" },
    { label: "EC25EFA-512-STD-SKT", code: "EC25EFA", variant: "EC25-E", flash: "M4G", option: "SKT" },
    { label: "EC25EFA-512-SKT.", code: "EC25EFA", variant: "EC25-E", flash: "M4G", option: "SKT" },
    { label: "EC25EFA 2026", code: "EC25EFA", variant: "EC25-E", flash: null, option: null },
    // Marks around the words.
    { label: "P/N=[EC25AFA-512-STD].", code: "EC25AFA", variant: "EC25-A", flash: "M4G", option: "STD" },
    { label: "<EC25- AFA>", code: "EC25AFA", variant: "EC25-A", flash: null, option: null },
    // What -128- stands for is a guess, so it declares no size.
    { label: "EC25EUXGA-128-SGNS", code: "EC25EUXGA", variant: "EC25-EUX", flash: null, option: "SGNS" },
    { label: "P/N:EG25GGB-256-SGNS", code: "EG25GGB", variant: "EG25-G", flash: "M2G", option: "SGNS" },
  ])("$label is $code, an $variant", ({ label, code, variant, flash, option }) => {
    const reading = read(label);
    expect(reading.kind).toBe("code");
    if (reading.kind !== "code") return;
    expect(reading.hardware.code).toBe(code);
    expect(reading.hardware.variant).toBe(variant);
    expect([reading.flash, reading.option]).toEqual([flash, option]);
  });

  it("EC25AFA is an EC25-A with memory FA, never an EC25-AF with memory A", () => {
    expect(read("EC25AFA-512-STD")).toMatchObject({ hardware: { variant: "EC25-A", memory: "FA" } });
    expect(read("EC25AFFA-512-SGAS")).toMatchObject({ hardware: { variant: "EC25-AF", memory: "FA" } });
  });
});

describe("a variant", () => {
  it.each([
    "EC25-AF",
    "EC25-AF LGA",
    "EC25-AF.",
    "ec25-af",
    "EC25 AF",
    " EC25-AF ",
    "Quectel EC25-AF LTE FCC ID:XMR201807EC25AF",
  ])("%j names EC25-AF, and no hardware code", (label) => {
    expect(read(label)).toMatchObject({ kind: "variant", variant: { name: "EC25-AF" } });
  });

  it("can have several codes, and then only the label decides", () => {
    expect(codesOfVariant("EC25-AF", FACTS).map(({ code }) => code)).toEqual(["EC25AFFA", "EC25AFFD"]);
    expect(codesOfVariant("EC25-A", FACTS).map(({ code }) => code)).toEqual(["EC25AFA"]);
  });
});

describe("a revision that the label prints as well", () => {
  it("is a second witness of the code", () => {
    expect(read("EC25EFA-512-STD\nEC25EFAR02A03M4G")).toMatchObject({
      kind: "code",
      hardware: { code: "EC25EFA" },
      printed: "EC25EFAR02A03M4G",
    });
    expect(read("EC25EFA-512-STD")).toMatchObject({ printed: null });
  });

  it.each([
    ["where the label prints none", "EC25EFA EC25EFAR02A03M4G"],
    ["where what the label prints is a guess", "EC25EFA-128-STD EC25EFAR02A03M4G"],
    ["as the label says itself", "EC25EFAR02A03M4G EC25EFA-512-STD"],
  ])("says the size, %s", (_, label) => {
    expect(read(label)).toMatchObject({ kind: "code", flash: "M4G" });
  });

  it("beside a variant it makes no code of it", () => {
    expect(read("EC25-E EC25EFAR02A03M4G")).toMatchObject({ kind: "variant", variant: { name: "EC25-E" } });
  });
});

describe("what is not read", () => {
  it.each([
    ["a code nobody recorded", "EC25QQA-512-STD"],
    ["a neighbour in spelling: one letter more", "EC25AFAX-512-STD"],
    ["a neighbour in spelling: one letter less", "EC25AF-512-STD"],
    ["a model alone", "EC25"],
    ["the answer of ATI, which is the claim itself", "Quectel EC25 Revision: EC25EFAR06A11M4G"],
    ["a revision in the place of a label", "EC25EFAR06A11M4G"],
    ["a size alone", "512"],
    ["nothing", "  "],
  ])("%s", (_, label) => {
    expect(read(label).kind).toBe("unknown");
  });

  it.each([
    ["two codes", "EC25AFA-512-STD EC25EFA-512-STD", ["EC25AFA", "EC25EFA"]],
    ["a code and a variant it does not belong to", "EC25-AF EC25AFA-512-STD", ["EC25AFA", "EC25-AF"]],
    ["two sizes", "EC25AFA-512-STD EC25AFA-256-STD", ["EC25AFA with M4G", "EC25AFA with M2G"]],
    ["two sizes of one code", "EC25AFA-512-256", ["EC25AFA with M4G", "EC25AFA with M2G"]],
    ["a size nobody recorded", "EC25EFA-1024-STD", ["EC25EFA", "EC25EFA-1024"]],
    ["a size nobody recorded, of spaces", "EC25EFA 1024 STD", ["EC25EFA", "EC25EFA-1024"]],
    ["a size behind the option that nobody recorded", "EC25EFA-STD-1024", ["EC25EFA", "EC25EFA-1024"]],
    ["a field nobody recorded in the place of the size", "EC25EFA-512X", ["EC25EFA", "EC25EFA-512X"]],
    ["a dash inside a longer code", "EC20-CEFA-G-512-SGNS", ["EC20CEFA", "EC20CEFAG"]],
    ["a letter astray, likelier EC25-AFA", "EC25-AF A", ["EC25-AF", "EC25AFA"]],
    ["a torn memory code", "EC25-A FA", ["EC25-A", "EC25AFA"]],
    ["a torn longer code", "EC20CEFA G-512-SGNS", ["EC20CEFA", "EC20CEFAG"]],
    ["a torn longer code behind a dash", "EC20-CEFA G", ["EC20CEFA", "EC20CEFAG"]],
    ["a code torn twice", "EC20CEFA S G", ["EC20CEFA", "EC20CEFAS"]],
    ["a code torn before its last letters", "EC20 CEFA SG", ["EC20CEFA", "EC20CEFASG"]],
    ["a torn longer variant", "EC25-E UX", ["EC25-E", "EC25-EUX"]],
    ["a torn longer variant of spaces", "EC25 A FX", ["EC25-A", "EC25-AFX"]],
    ["a torn beginning of a longer code", "EC25-E UXG", ["EC25-E", "EC25EUXG"]],
    ["a torn memory code behind a dash of its own", "EC25-A - FA", ["EC25-A", "EC25AFA"]],
    ["a torn memory code with a dash before it", "EC25-AF -FA", ["EC25-AF", "EC25AFFA"]],
    ["a variant and the letters of another", "EC25-E/EUX", ["EC25-E", "EC25-EUX"]],
    ["a code and the letters of another", "EC25AFFA/AFFD", ["EC25AFFA", "EC25AFFD"]],
    ["a code and the memory code of another", "EC25AFFA/FD", ["EC25AFFA", "EC25AFFD"]],
    ["a whole ordering code and the letters of another", "EC25AFFA-512-SKT/AFFD", ["EC25AFFA", "EC25AFFD"]],
    ["a code and the letters of another variant", "EC25AFA EUX", ["EC25AFA", "EC25-EUX"]],
    ["a torn code nobody recorded", "EC25-A XFA", ["EC25-A", "EC25AXFA"]],
    ["a code and a printed revision of another", "EC25AFA-512-STD EC25EFAR02A03M4G", ["EC25AFA", "EC25EFA"]],
    [
      "two sizes, one of a printed revision",
      "EC25EFA-256-STD EC25EFAR02A03M4G",
      ["EC25EFA with M2G", "EC25EFA with M4G"],
    ],
    [
      "a variant of several codes and a printed revision",
      "EC25-AF EC25AFFDR07A08M4G",
      ["EC25-AF", "EC25AFFD"],
    ],
    ["a variant and a printed revision of another", "EC25-AF EC25EFAR02A03M4G", ["EC25-AF", "EC25EFA"]],
  ])("%s in one text are never chosen between", (_, label, readings) => {
    expect(read(label)).toMatchObject({ kind: "ambiguous", readings });
  });

  it("a text that is a code to one table and a variant to the other", () => {
    const row = FACTS.variants.get("EC25-A");
    if (row === undefined) throw new RangeError("EC25-A");
    const facts = { ...FACTS, variants: new Map([["EC25-AFA", { ...row, name: "EC25-AFA" }]]) };
    expect(parseLabel("EC25-AFA", facts)).toMatchObject({
      kind: "ambiguous",
      readings: ["EC25AFA", "EC25-AFA"],
    });
  });
});
