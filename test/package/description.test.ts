import { describe, expect, it } from "vitest";
import {
  type DescribeInput,
  describePackage,
  descriptionText,
  isSamePackage,
  readDescription,
} from "../../src/package/description.js";
import { openPackage } from "../../src/package/proof/open-package.js";
import { shippedSchema } from "../schemas.js";
import { FACTS, smallTree, writeTree } from "./world.js";

async function input(): Promise<DescribeInput> {
  return {
    prepared: {
      kind: "zip",
      name: "a.zip",
      sizeBytes: 9,
      sha256: "a".repeat(64),
      witnesses: [],
      notes: ["said"],
    },
    opened: await openPackage(await writeTree(smallTree()), { facts: FACTS }),
    tar: { id: "b".repeat(64), tarBytes: 10_240 },
    importedAt: new Date(0),
    by: "ecflash 0.0.0",
  };
}

describe("the description of a package", () => {
  it("says what the plan and the map are, is read back, and keeps to the shipped schema", async () => {
    const given = await input();
    const made = describePackage(given);
    expect(await readDescription(descriptionText(made), "a.json")).toEqual(made);
    expect((await shippedSchema("ecflash.package-1")).safeParse(made).error).toBeUndefined();
    expect(made.plan.at(-1)).toMatchObject({ kind: "program", partition: "SBL", file: "update/sbl1.mbn" });
    expect(made.plan).toHaveLength(given.opened.plan.steps.length);
    expect(made.protected.map(({ name }) => name)).toEqual(expect.arrayContaining(["EFS2", "RAWDATA"]));
    expect(made.notes[0]).toBe("said");
  });

  it("is strict", async () => {
    const made = describePackage(await input());
    for (const broken of [
      "{",
      "{}",
      JSON.stringify({ ...made, colour: "red" }),
      JSON.stringify({ ...made, id: made.id.toUpperCase() }),
      JSON.stringify({ ...made, plan: [] }),
    ])
      await expect(readDescription(broken, "a.json")).rejects.toMatchObject({ code: "package-malformed" });
    expect((await shippedSchema("ecflash.package-1")).safeParse({ ...made, colour: 1 }).success).toBe(false);
  });

  it("is of the same package wherever it came from", async () => {
    const given = await input();
    const made = describePackage(given);
    const later = describePackage({ ...given, importedAt: new Date(), by: "ecflash 9" });
    expect(isSamePackage(made, later)).toBe(true);
    expect(isSamePackage(made, { ...later, id: "c".repeat(64) })).toBe(false);
    expect(isSamePackage(made, { ...later, protected: [] })).toBe(false);
  });
});
