import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lteMaskOf } from "../../src/core/bands.js";
import { isEcflashError } from "../../src/core/errors.js";
import { codesOfVariant, parseLabel } from "../../src/core/label.js";
import { parseRevision, printRevision } from "../../src/core/revision.js";
import { loadFacts, loadKnownRevisions, loadUsbModes } from "../../src/manifest/load.js";
import { SHIPPED_MANIFESTS } from "../../src/manifest/read.js";

const facts = await loadFacts();

describe("the shipped manifests", () => {
  test("give every variant a hardware code, unless it is a mere name, and read none as one", () => {
    for (const { name, standing } of facts.variants.values()) {
      if (standing !== "guess") expect(codesOfVariant(name, facts).length, name).toBeGreaterThan(0);
      expect(parseLabel(name, facts), name).toMatchObject({ kind: "variant" });
    }
  });

  test("say of each hardware code what the label says", () => {
    for (const row of facts.hardwareCodes.values()) {
      expect(parseLabel(`${row.code}-512-STD`, facts), row.code).toMatchObject({
        kind: "code",
        flash: "M4G",
        hardware: row,
      });
    }
  });

  test.each([
    ["EC25-AFA MINIPCIE", "EC25AFA"],
    ["EC25-AFXGA mPCIe", "EC25AFXGA"],
    ["EC25-JFA mPCIe", "EC25JFA"],
    ["EC25-EMGA mPCIe", "EC25EMGA"],
    ["EC25-AUXGA-PCIE", "EC25AUXGA"],
    ["EC25-EUXGA", "EC25EUXGA"],
    ["EC25-EUXGR", "EC25EUXGR"],
    ["EC25-EUXGR mPCIe", "EC25EUXGR"],
    ["EC25-AUXGR", "EC25AUXGR"],
    ["EG25GGB-MINIPCIE", "EG25GGB"],
  ])("read the label %s that was met (domain.md 1.4) as %s", (label, code) => {
    expect(parseLabel(label, facts)).toMatchObject({ kind: "code", hardware: { code } });
  });

  test("call no hardware code surer than the surest that is known of it", async () => {
    const known = await loadKnownRevisions();
    for (const { code, standing, source } of facts.hardwareCodes.values()) {
      const met = new Set(
        known.filter(({ hardwareCode }) => hardwareCode === code).map((row) => row.standing),
      );
      if (standing === "seen") expect(met, code).toContain("seen");
      // A label that was met makes a code `table`, without any revision of it.
      if (standing === "table" && !/label/.test(source))
        expect(
          [...met].some((one) => one !== "guess"),
          code,
        ).toBe(true);
    }
  });

  test("tell EC25-A with memory code FA from EC25-AF", () => {
    expect(facts.hardwareCodes.get("EC25AFA")?.variant).toBe("EC25-A");
    expect(facts.hardwareCodes.get("EC25AFFA")?.variant).toBe("EC25-AF");
  });

  test("hold the factory masks that were seen, as the variant's own bands", () => {
    const seen = [...facts.variants.values()].filter(({ factoryMask }) => factoryMask?.standing === "seen");
    expect(seen.map(({ name }) => name)).toEqual(["EC25-A", "EC25-AF", "EC25-EUX", "EC25-AFXD", "EG25-G"]);
    for (const { name, factoryMask, lteBands } of seen)
      expect(factoryMask?.lte, name).toBe(lteMaskOf(lteBands));
    expect(facts.variants.get("EC25-AF")?.factoryMask?.lte).toBe(0x42000000000000381an);
  });

  test("name the EC20 of USB 2c7c:0125 apart from the older one", () => {
    const model = (text: string) => {
      const said = parseRevision(text, facts);
      return said.kind === "revision" ? facts.models.get(said.revision.model) : said.kind;
    };
    expect(model("EC20CEFAR02A10M4G")).toBe("judged");
    expect(model("EC20CFDR02A07M4G")).toBe("neighbour");
    expect(model("QDC507GLEFM21_01.001.01.007")).toBe("clone");
  });
});

describe("revisions", () => {
  test("that were met are read to the letter, each with its hardware code", async () => {
    const known = await loadKnownRevisions();
    expect(known.length).toBeGreaterThan(80);
    for (const { text, hardwareCode } of known) {
      const said = parseRevision(text, facts);
      if (said.kind !== "revision") throw new Error(`${text} is ${said.kind}`);
      expect(printRevision(said.revision)).toBe(text);
      expect(said.revision.hardwareCode).toBe(hardwareCode);
      expect(said.revision.hardware, text).toBe(facts.hardwareCodes.get(hardwareCode) ?? null);
    }
  });

  test("of one hardware code are never read as another's", () => {
    for (const row of facts.hardwareCodes.values()) {
      for (const rest of ["R05A07M4G", "R06A01V04M1G_OCPU", "R08A19M1G_A0.200.A0.200", "R01A01M2G#STW"]) {
        const said = parseRevision(row.code + rest, facts);
        expect(said.kind === "revision" ? said.revision.hardware : said.kind, row.code + rest).toBe(row);
      }
    }
  });
});

describe("a manifest that is not valid", () => {
  let dir = "";
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "ecflash-manifest-"));
    await cp(SHIPPED_MANIFESTS, dir, { recursive: true });
  });
  afterEach(() => rm(dir, { recursive: true }));

  type Row = Record<string, unknown>;

  /** Changes the rows of one file and gives the reason of the error that loading then throws. */
  async function reasonAfter(
    file: string,
    change: (rows: Row[]) => void,
    load = loadFacts,
    blamed = file,
  ): Promise<string> {
    const path = join(dir, file);
    const content = JSON.parse(await readFile(path, "utf8")) as Record<string, Row[]>;
    change(Object.values(content)[0] ?? []);
    await writeFile(path, JSON.stringify(content));
    const error: unknown = await load(dir).catch((thrown: unknown) => thrown);
    if (!isEcflashError(error, "manifest-invalid")) throw new Error(`no manifest-invalid: ${String(error)}`);
    expect(error.facts.path).toBe(join(dir, blamed));
    return error.facts.reason;
  }

  const first = (rows: Row[]): Row => rows[0] ?? {};
  const repeatFirst = (rows: Row[]) => rows.push({ ...first(rows) });

  test.each([
    ["models.json", "models[0]"],
    ["variants.json", "variants[0]"],
    ["hardware-codes.json", "hardwareCodes[0]"],
    ["clones.json", "clones[0]"],
    ["nand-sizes.json", "nandSizes[0]"],
    ["order-options.json", "orderOptions[0]"],
    ["forbidden-crossings.json", "forbiddenCrossings[0]"],
    ["tested-crossings.json", "testedCrossings[0]"],
    ["one-way-variants.json", "oneWayVariants[0]"],
    ["floors.json", "floors[0]"],
  ])("has an unknown key in %s", async (file, place) => {
    const reason = await reasonAfter(file, (rows) => (first(rows)["colour"] = "red"));
    expect(reason).toBe(`${place}: Unrecognized key: "colour"`);
  });

  test("has an unknown key deep inside", async () => {
    const reason = await reasonAfter("variants.json", (rows) => {
      (first(rows)["factoryMask"] as Row)["nr"] = "0x1";
    });
    expect(reason).toBe('variants[0].factoryMask: Unrecognized key: "nr"');
  });

  test.each([
    "models.json",
    "variants.json",
    "hardware-codes.json",
    "clones.json",
    "nand-sizes.json",
    "order-options.json",
    "forbidden-crossings.json",
    "tested-crossings.json",
    "one-way-variants.json",
    "floors.json",
  ])("has a row twice in %s", async (file) =>
    expect(await reasonAfter(file, repeatFirst)).toMatch(/\[\d+\].*stands twice$/),
  );

  test("has a fact without source or with an empty one", async () => {
    expect(await reasonAfter("clones.json", (rows) => delete first(rows)["source"])).toMatch(
      /^clones\[0\]\.source: /,
    );
    expect(await reasonAfter("clones.json", (rows) => (first(rows)["source"] = " "))).toMatch(
      /^clones\[0\]\.source: /,
    );
  });

  test("names a variant, or a model, that does not exist", async () => {
    expect(await reasonAfter("hardware-codes.json", (rows) => (first(rows)["variant"] = "EC25-Q"))).toBe(
      "hardwareCodes[0].variant: no variant is called EC25-Q",
    );
    expect(await reasonAfter("variants.json", (rows) => (first(rows)["model"] = "EC99"))).toBe(
      "variants[0].model: no model is called EC99",
    );
  });

  test("gives a hardware code to a variant whose letters it does not carry", async () => {
    const reason = await reasonAfter("hardware-codes.json", (rows) => {
      first(rows)["variant"] = "EC25-AF";
    });
    expect(reason).toBe("hardwareCodes[0].code: EC25AFA is not EC25-AF with memory code FA");
  });

  test("has a variant without a hardware code", async () => {
    const shift = (rows: Row[]) => rows.shift();
    const reason = await reasonAfter("hardware-codes.json", shift, loadFacts, "variants.json");
    expect(reason).toBe("variants[0].name: EC25-A has no hardware code");
  });

  test("says site of itself", async () => {
    expect(await reasonAfter("clones.json", (rows) => (first(rows)["standing"] = "site"))).toBe(
      'clones[0].standing: "site" is for rows that a site adds',
    );
  });

  test("has a mask that is no hex number", async () => {
    const reason = await reasonAfter("variants.json", (rows) => {
      (first(rows)["factoryMask"] as Row)["lte"] = "80a";
    });
    expect(reason).toMatch(/^variants\[0\]\.factoryMask\.lte: must be a hex mask/);
  });

  test("is no JSON, or is not there", async () => {
    await writeFile(join(dir, "clones.json"), "{");
    await expect(loadFacts(dir)).rejects.toMatchObject({ code: "manifest-invalid" });
    await rm(join(dir, "clones.json"));
    await expect(loadFacts(dir)).rejects.toMatchObject({ code: "manifest-invalid" });
  });

  test("repeats a row among the other files", async () => {
    const modes = async (at?: string) => (await loadUsbModes(at), facts);
    expect(await reasonAfter("usb-modes.json", repeatFirst, modes)).toMatch(
      /^usbModes\[\d+\]: 2c7c:0125 with any interfaces stands twice$/,
    );
    const revisions = async (at?: string) => (await loadKnownRevisions(at), facts);
    expect(await reasonAfter("known-revisions.json", repeatFirst, revisions)).toMatch(/stands twice$/);
  });
});
