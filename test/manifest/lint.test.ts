import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lintManifests } from "../../src/manifest/lint.js";
import { SHIPPED_MANIFESTS } from "../../src/manifest/read.js";

const known = { standing: "site", source: "our own lab" };

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ecflash-lint-"));
});
afterEach(() => rm(dir, { recursive: true }));

/** The faults that a site's file adds. */
async function faultsOf(content: object): Promise<string[]> {
  const path = join(dir, "site.json");
  await writeFile(path, JSON.stringify(content));
  const { faults } = await lintManifests(SHIPPED_MANIFESTS, [path]);
  expect(new Set(faults.map((one) => one.path))).toEqual(new Set(faults.length === 0 ? [] : [path]));
  return faults.map(({ at, reason }) => `${at}: ${reason}`);
}

describe("lint", () => {
  it("finds no fault in what is shipped, and notes the codes that begin another", async () => {
    const { faults, notes, rows } = await lintManifests(SHIPPED_MANIFESTS, []);
    expect(faults).toEqual([]);
    expect(rows).toBeGreaterThan(200);
    expect(notes.map(({ reason }) => reason)).toContain(
      "EC20CEFA begins EC20CEFAG: only the whole tells them apart",
    );
  });

  it("takes a shipped file for what it is, not for a site's", async () => {
    expect((await lintManifests(SHIPPED_MANIFESTS, [join(SHIPPED_MANIFESTS, "clones.json")])).faults).toEqual(
      [],
    );
  });

  it.each([
    ["an empty folder", []],
    ["a folder without JSON", ["notes.txt", "rows.yaml"]],
  ])("refuses %s that is named; one of a site may wait for its first file", async (_, names) => {
    const folder = join(dir, "folder");
    await mkdir(folder);
    for (const name of names) await writeFile(join(folder, name), "{}");
    await expect(lintManifests(SHIPPED_MANIFESTS, [], [folder])).rejects.toMatchObject({
      code: "manifest-invalid",
      facts: { path: folder },
    });
    expect((await lintManifests(SHIPPED_MANIFESTS, [folder])).faults).toEqual([]);
  });

  it("takes the folder of the shipped files", async () => {
    expect((await lintManifests(SHIPPED_MANIFESTS, [], [SHIPPED_MANIFESTS])).faults).toEqual([]);
  });

  it("tells every fault of a file, where loading stops at the first", async () => {
    const faults = await faultsOf({
      clones: [
        { prefix: "EC25EFA", ...known },
        { prefix: "XQ77", ...known, standing: "seen" },
      ],
      knownRevisions: [{ text: "EC25AFAR05A07M4G", hardwareCode: "EC25AFA", ...known }],
      hardwareCodes: [
        { code: "EC25QFA", model: "EC25", variant: "EC25-Q", memory: "FA", flash: ["M4G"], ...known },
      ],
    });
    expect(faults).toEqual([
      'clones[1].standing: a row of a site has the standing "site", not "seen"',
      "knownRevisions[0]: EC25AFAR05A07M4G of the shipped rows, which a site may not change, stands twice",
      "hardwareCodes[0].variant: no variant is called EC25-Q",
      "clones[0].prefix: EC25EFA is how EC25EFA begins",
    ]);
  });

  it("tells missing sources and unknown keys, each with its place", async () => {
    expect(
      await faultsOf({
        clones: [
          { prefix: "XQ77", standing: "site" },
          { prefix: "XQ78", ...known, colour: 1 },
        ],
      }),
    ).toEqual([
      expect.stringMatching(/^clones\[0\]\.source: /) as string,
      'clones[1]: Unrecognized key: "colour"',
    ]);
  });

  it.each([
    [
      "a revision of another code",
      { knownRevisions: [{ text: "EC25EFAR06A99M4G", hardwareCode: "EC25AFA", ...known }] },
      "knownRevisions[0].text: EC25EFAR06A99M4G is of EC25EFA, not of EC25AFA",
    ],
    [
      "what is no revision",
      { knownRevisions: [{ text: "EC25AFA", hardwareCode: "EC25AFA", ...known }] },
      "knownRevisions[0].text: EC25AFA is no revision",
    ],
    [
      "a revision of a model nobody named",
      { knownRevisions: [{ text: "ZZ99AFAR01A01M4G", hardwareCode: "ZZ99AFA", ...known }] },
      "knownRevisions[0].text: no model is called ZZ99",
    ],
    [
      "a build line nobody named",
      { knownRevisions: [{ text: "EC25AFAR05A07M4G_XYZ", hardwareCode: "EC25AFA", ...known }] },
      "knownRevisions[0].text: no build line is called XYZ",
    ],
    [
      "a crossing between lines nobody named",
      {
        forbiddenCrossings: [
          {
            from: { hardwareCode: "EC25AFA", buildLine: "99.x" },
            to: { hardwareCode: "EC25AFA" },
            bothWays: false,
            ...known,
          },
        ],
      },
      "forbiddenCrossings[0].from.buildLine: no build line is called 99.x",
    ],
  ])("finds %s", async (_, content, fault) => expect(await faultsOf(content)).toEqual([fault]));
});
