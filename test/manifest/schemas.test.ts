import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { LIST_NAMES } from "../../src/manifest/lists.js";
import { SHIPPED_MANIFESTS, shippedSchemas } from "../../src/manifest/read.js";
import { SCHEMA_NAMES, schemaText } from "../../src/manifest/schemas.js";

const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, "utf8")) as unknown;
/** What an editor has: the shipped file, and nothing of the code. */
const shipped = async (name: string) =>
  z.fromJSONSchema(
    (await json(join(SHIPPED_MANIFESTS, "schema", `${name}.schema.json`))) as Parameters<
      typeof z.fromJSONSchema
    >[0],
  );

describe("the shipped JSON Schemas", () => {
  it.each(SCHEMA_NAMES)(
    "%s is as the code has it; `npx vitest run test/manifest/schemas.test.ts -u` writes it anew",
    async (name) => {
      const path = join(SHIPPED_MANIFESTS, "schema", `${name}.schema.json`);
      await expect(schemaText(name)).toMatchFileSnapshot(path);
    },
  );

  it("are all there", async () => {
    expect(await shippedSchemas()).toEqual(expect.arrayContaining([...SCHEMA_NAMES]));
  });

  it.each(LIST_NAMES)("%s accepts the shipped file, and no key more", async (name) => {
    const schema = await shipped(name);
    const content = (await json(join(SHIPPED_MANIFESTS, `${name}.json`))) as Record<string, object[]>;
    expect(schema.safeParse(content).error).toBeUndefined();
    expect(schema.safeParse({ ...content, colours: [] }).success).toBe(false);
    const [[list, rows] = ["", []]] = Object.entries(content);
    expect(schema.safeParse({ [list]: [{ ...rows[0], colour: "red" }] }).success).toBe(false);
    expect(schema.safeParse({ [list]: [{ ...rows[0], source: undefined }] }).success).toBe(false);
  });

  it("site accepts rows of several lists; policy and config what their readers do", async () => {
    const known = { standing: "site", source: "us" };
    expect(
      (await shipped("site")).safeParse({ clones: [{ prefix: "XQ77", ...known }] }).error,
    ).toBeUndefined();
    expect((await shipped("site")).safeParse({ colours: [] }).success).toBe(false);
    const row = { hardwareCode: "EC25AFA", minimal: ["EC25AFAR05A07M4G_30.005.30.005"] };
    expect((await shipped("policy")).safeParse({ policy: [row] }).error).toBeUndefined();
    expect((await shipped("policy")).safeParse({ policy: [{ ...row, minimum: [] }] }).success).toBe(false);
    expect((await shipped("config")).safeParse({ policy: "policy.json", manifests: ["site"] }).success).toBe(
      true,
    );
  });
});
