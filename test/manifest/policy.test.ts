import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import { loadFacts } from "../../src/manifest/load.js";
import { readPolicy } from "../../src/manifest/policy.js";

const facts = await loadFacts();
const LONG = "EC25AFAR05A07M4G_30.005.30.005";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ecflash-policy-"));
});
afterEach(() => rm(dir, { recursive: true }));

async function read(content: string) {
  const path = join(dir, "policy.json");
  await writeFile(path, content);
  return readPolicy(path, facts);
}

const rows = (...policy: object[]) => JSON.stringify({ policy });

it("is read row by row, each release as a revision of its code", async () => {
  const policy = await read(
    rows(
      { hardwareCode: "EC25AFA", minimal: [LONG], note: "since spring" },
      { hardwareCode: "EC25EFA", forbidden: ["EC25EFAR06A11M4G"] },
    ),
  );
  expect([...policy.keys()]).toEqual(["EC25AFA", "EC25EFA"]);
  expect(policy.get("EC25AFA")?.minimal.map(({ text, buildLine }) => [text, buildLine])).toEqual([
    [LONG, "30.x"],
  ]);
  expect(policy.get("EC25EFA")).toMatchObject({
    minimal: [],
    required: [],
    forbidden: [{ text: "EC25EFAR06A11M4G" }],
  });
});

describe("a policy that no module could be held to", () => {
  it.each([
    ["no JSON", "{", /JSON/],
    [
      "an unknown key",
      rows({ hardwareCode: "EC25AFA", minimum: [] }),
      'policy[0]: Unrecognized key: "minimum"',
    ],
    ["nothing asked", rows(), "policy: a policy without a row asks nothing"],
    ["a code nobody recorded", rows({ hardwareCode: "EC25QQA" }), /no hardware code is called EC25QQA$/],
    [
      "a code twice",
      rows({ hardwareCode: "EC25AFA", minimal: [LONG] }, { hardwareCode: "EC25AFA", minimal: [LONG] }),
      /EC25AFA stands twice$/,
    ],
    [
      "a row that asks nothing",
      rows({ hardwareCode: "EC25EFA", forbidden: ["EC25EFAR06A11M4G"] }, { hardwareCode: "EC25AFA" }),
      "policy[1]: it asks nothing of EC25AFA",
    ],
    [
      "a row of empty lists and a note",
      rows({ hardwareCode: "EC25AFA", minimal: [], required: [], forbidden: [], note: "soon" }),
      "policy[0]: it asks nothing of EC25AFA",
    ],
    [
      "a release of another code",
      rows({ hardwareCode: "EC25AFA", required: [LONG, "EC25EFAR06A11M4G"] }),
      "policy[0].required[1]: EC25EFAR06A11M4G is no revision of EC25AFA",
    ],
    [
      "no release at all",
      rows({ hardwareCode: "EC25AFA", forbidden: ["R05"] }),
      /R05 is no revision of EC25AFA$/,
    ],
    [
      "a minimum without a line",
      rows({ hardwareCode: "EC25AFA", minimal: ["EC25AFAR05A07M4G"] }),
      /has no build line/,
    ],
    [
      "two minima of one line",
      rows({ hardwareCode: "EC25AFA", minimal: [LONG, "EC25AFAR05A07M4G_30.003.30.003"] }),
      "policy[0].minimal: build line 30.x stands twice",
    ],
    [
      "asked for and forbidden",
      rows({ hardwareCode: "EC25AFA", required: [LONG], forbidden: [LONG] }),
      `policy[0].required: ${LONG} is forbidden as well`,
    ],
  ])("%s", async (_, content, reason) => {
    const error: unknown = await read(content).catch((thrown: unknown) => thrown);
    if (!isEcflashError(error, "policy-invalid")) throw new Error(`not refused: ${String(error)}`);
    expect(error.facts.path).toBe(join(dir, "policy.json"));
    expect(error.exit).toBe(2);
    if (typeof reason === "string") expect(error.facts.reason).toBe(reason);
    else expect(error.facts.reason).toMatch(reason);
  });

  it("one that is not there", async () => {
    await expect(readPolicy(join(dir, "absent.json"), facts)).rejects.toMatchObject({
      code: "policy-invalid",
    });
  });
});
