import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { judgeCrossing } from "../../src/core/crossing.js";
import { isEcflashError } from "../../src/core/errors.js";
import { parseRevision } from "../../src/core/revision.js";
import { loadFacts, loadUsbModes } from "../../src/manifest/load.js";
import { SHIPPED_MANIFESTS } from "../../src/manifest/read.js";

const shipped = await loadFacts();
const known = { standing: "site", source: "our own lab" };

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ecflash-site-"));
});
afterEach(() => rm(dir, { recursive: true }));

async function written(content: object, name = "site.json"): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, JSON.stringify(content));
  return path;
}

/** The reason for which a site's file is refused. */
async function reasonOf(content: object): Promise<string> {
  const path = await written(content);
  const load = async () => [
    await loadFacts(SHIPPED_MANIFESTS, [path]),
    await loadUsbModes(SHIPPED_MANIFESTS, [path]),
  ];
  const error: unknown = await load().catch((thrown: unknown) => thrown);
  if (!isEcflashError(error, "manifest-invalid")) throw new Error(`not refused: ${String(error)}`);
  expect(error.facts.path).toBe(path);
  return error.facts.reason;
}

const newCode = {
  code: "EC25AFZGA",
  model: "EC25",
  variant: "EC25-AFZ",
  memory: "GA",
  flash: ["M4G"],
  ...known,
};
const newVariant = {
  name: "EC25-Q",
  model: "EC25",
  region: "here",
  lteBands: [1],
  factoryMask: null,
  ...known,
};
const codeOfNew = {
  code: "EC25QFA",
  model: "EC25",
  variant: "EC25-Q",
  memory: "FA",
  flash: ["M4G"],
  ...known,
};

describe("a site may add rows", () => {
  it("of several lists, in one file or in a directory of files", async () => {
    const one = await written({ variants: [newVariant], hardwareCodes: [codeOfNew] });
    const sites = join(dir, "sites");
    await mkdir(sites);
    await writeFile(join(sites, "a.json"), JSON.stringify({ variants: [newVariant] }));
    await writeFile(join(sites, "b.json"), JSON.stringify({ hardwareCodes: [codeOfNew] }));
    await writeFile(join(sites, "notes.txt"), "not for us");
    for (const site of [one, sites]) {
      const facts = await loadFacts(SHIPPED_MANIFESTS, [site]);
      expect(facts.hardwareCodes.get("EC25QFA")).toMatchObject({ variant: "EC25-Q", standing: "site" });
      expect(parseRevision("EC25QFAR01A01M4G", facts)).toMatchObject({
        revision: { hardware: { variant: "EC25-Q" } },
      });
      // And nothing else has changed.
      for (const [code, row] of shipped.hardwareCodes) expect(facts.hardwareCodes.get(code)).toEqual(row);
      for (const [name, row] of shipped.variants) expect(facts.variants.get(name)).toEqual(row);
      expect(facts.models).toEqual(shipped.models);
    }
  });

  it("a hardware code of a shipped variant, a clone, a USB id", async () => {
    const site = await written({
      hardwareCodes: [
        { code: "EC25AFD", model: "EC25", variant: "EC25-A", memory: "FD", flash: ["M4G"], ...known },
      ],
      clones: [{ prefix: "XQ77", ...known }],
      usbModes: [{ vendorId: "2c7c", productId: "0191", mode: "normal", ...known }],
    });
    const facts = await loadFacts(SHIPPED_MANIFESTS, [site]);
    expect(facts.hardwareCodes.get("EC25AFD")?.variant).toBe("EC25-A");
    expect(parseRevision("XQ77R01A01M4G", facts).kind).toBe("clone");
    const modes = await loadUsbModes(SHIPPED_MANIFESTS, [site]);
    expect(modes.filter(({ productId }) => productId === 0x191)).toHaveLength(1);
    expect(modes).toHaveLength((await loadUsbModes()).length + 1);
  });

  it("a floor, which forbids what was allowed", async () => {
    const floor = {
      hardwareCode: "EC25AFA",
      once: "EC25AFAR05A07M4G_30.005.30.005",
      notBelow: "EC25AFAR05A07M4G_30.005.30.005",
      ...known,
    };
    const facts = await loadFacts(SHIPPED_MANIFESTS, [await written({ floors: [floor] })]);
    const read = (text: string) => {
      const said = parseRevision(text, facts);
      if (said.kind !== "revision") throw new RangeError(text);
      return said.revision;
    };
    const down = [read("EC25AFAR05A07M4G_30.005.30.005"), read("EC25AFAR05A07M4G_30.003.30.003")] as const;
    expect(judgeCrossing([], ...down, shipped.crossings).allowed).toBe(true);
    expect(judgeCrossing([], ...down, facts.crossings)).toMatchObject({
      allowed: false,
      why: expect.stringContaining("below the floor EC25AFAR05A07M4G_30.005.30.005 (our own lab)") as string,
    });
  });
});

describe("a site may never", () => {
  it.each([
    ["have a key nobody knows", { colours: [] }, 'top level: Unrecognized key: "colours"'],
    [
      "write a row of another shape",
      { clones: [{ prefix: "XQ77", colour: 1, ...known }] },
      /^clones\[0\]: Unrecognized/,
    ],
    ["leave out the source", { clones: [{ prefix: "XQ77", standing: "site" }] }, /^clones\[0\]\.source: /],
    [
      "repeat a shipped row",
      {
        hardwareCodes: [
          { code: "EC25AFA", model: "EC25", variant: "EC25-A", memory: "FA", flash: ["M2G"], ...known },
        ],
      },
      "hardwareCodes[0].code: EC25AFA of the shipped rows, which a site may not change, stands twice",
    ],
    [
      "give a shipped variant other bands",
      { variants: [{ ...newVariant, name: "EC25-A" }] },
      "variants[0].name: EC25-A of the shipped rows, which a site may not change, stands twice",
    ],
    [
      "say that it has seen something",
      { clones: [{ prefix: "XQ77", ...known, standing: "seen" }] },
      'clones[0].standing: a row of a site has the standing "site", not "seen"',
    ],
    [
      "bring a mask that counts as seen",
      {
        variants: [
          { ...newVariant, factoryMask: { gw: "0x260", lte: "0x80a", standing: "seen", source: "us" } },
        ],
        hardwareCodes: [codeOfNew],
      },
      'variants[0].factoryMask.standing: a row of a site has the standing "site", not "seen"',
    ],
    [
      "take a shipped code over by a longer model",
      { models: [{ model: "EC25A", role: "neighbour", ...known }] },
      "models[0].model: EC25A would take over EC25AFA, which is a shipped row",
    ],
    [
      "call a shipped code a clone",
      { clones: [{ prefix: "EC25EFA", ...known }] },
      "clones[0].prefix: EC25EFA is how EC25EFA begins",
    ],
    [
      "call one baseline of a shipped code a clone",
      { clones: [{ prefix: "EC25EFAR06", ...known }] },
      "clones[0].prefix: EC25EFAR06 is how EC25EFA begins",
    ],
    [
      "make a known USB id mean something else",
      { usbModes: [{ vendorId: "2c7c", productId: "0125", interfaces: 5, mode: "edl", ...known }] },
      "usbModes[0]: 2c7c:0125 is a shipped row's",
    ],
    [
      "name a variant that is not there",
      { hardwareCodes: [newCode] },
      "hardwareCodes[0].variant: no variant is called EC25-AFZ",
    ],
    [
      "set a floor for a code nobody knows",
      {
        floors: [
          { hardwareCode: "EC25QQA", once: "EC25QQAR01A01M4G", notBelow: "EC25QQAR01A01M4G", ...known },
        ],
      },
      "floors[0].hardwareCode: no hardware code is called EC25QQA",
    ],
    [
      "set a floor by what is no revision",
      { floors: [{ hardwareCode: "EC25AFA", once: "R05", notBelow: "EC25AFAR05A07M4G", ...known }] },
      "floors[0].once: R05 is no revision of EC25AFA",
    ],
    [
      "print a label that is read as something else",
      {
        variants: [newVariant],
        hardwareCodes: [{ ...codeOfNew, labels: [{ text: "EC25AFA-512-STD", ...known }] }],
      },
      "hardwareCodes[0].labels[0].text: EC25AFA-512-STD is not read as EC25QFA",
    ],
  ])("%s", async (_, content, reason) => {
    if (typeof reason === "string") expect(await reasonOf(content)).toBe(reason);
    else expect(await reasonOf(content)).toMatch(reason);
  });

  it("be missing: a path that is not there is an error, not an empty site", async () => {
    await expect(loadFacts(SHIPPED_MANIFESTS, [join(dir, "absent.json")])).rejects.toMatchObject({
      code: "manifest-invalid",
    });
  });
});
