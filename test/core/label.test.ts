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
  it.each(["EC25-AF", "ec25-af", "EC25 AF", " EC25-AF "])(
    "%j names EC25-AF, and no hardware code",
    (label) => {
      expect(read(label)).toMatchObject({ kind: "variant", variant: { name: "EC25-AF" } });
    },
  );

  it("can have several codes, and then only the label decides", () => {
    expect(codesOfVariant("EC25-AF", FACTS).map(({ code }) => code)).toEqual(["EC25AFFA", "EC25AFFD"]);
    expect(codesOfVariant("EC25-A", FACTS).map(({ code }) => code)).toEqual(["EC25AFA"]);
  });
});

describe("what is not read", () => {
  it.each([
    ["a code nobody recorded", "EC25QQA-512-STD"],
    ["a neighbour in spelling: one letter more", "EC25AFAX-512-STD"],
    ["a neighbour in spelling: one letter less", "EC25AF-512-STD"],
    ["a model alone", "EC25"],
    ["a variant with a letter astray, likelier EC25-AFA", "EC25-AF A"],
    ["a revision in the place of a label", "EC25EFAR06A11M4G"],
    ["a size alone", "512"],
    ["nothing", "  "],
  ])("%s", (_, label) => {
    expect(read(label).kind).toBe("unknown");
  });

  it.each([
    ["two codes", "EC25AFA-512-STD EC25EFA-512-STD", ["EC25AFA", "EC25EFA"]],
    ["a code and a variant it does not belong to", "EC25-AF EC25AFA-512-STD", ["EC25AFA", "EC25-AF"]],
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
