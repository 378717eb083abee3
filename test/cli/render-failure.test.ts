import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { renderCheck } from "../../src/cli/render-check.js";
import { EcflashError } from "../../src/core/errors.js";
import { CHECK_FORMATS, type CheckFormat } from "../../src/ui/check-formats.js";
import { shippedSchema } from "../schemas.js";
import { JUDGEMENTS } from "../ui/judgements.js";
import { fakeEnvironment } from "./fake-environment.js";

const directory = mkdtempSync(join(tmpdir(), "ecflash-render-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** Renders a check that tells of one match and then fails as a whole. */
async function failing(format: CheckFormat, output?: string) {
  const { environment, out, err } = fakeEnvironment();
  const exit = await renderCheck(environment, { format, explain: false, output }, "usb", async (renderer) => {
    renderer.record(JUDGEMENTS.match, 0);
    throw new EcflashError("no-module", { looked: "usb" });
  });
  return { exit, out: out(), err: err() };
}

describe("a check that fails after a verdict", () => {
  it("ends in a summary in NDJSON, each line of a shipped contract", async () => {
    const { exit, out } = await failing("ndjson");
    const lines = out.trimEnd().split("\n");
    const [record, failure, summary] = lines.map((line) => JSON.parse(line) as unknown);
    expect([exit, lines.length]).toEqual([3, 3]);
    const records = await shippedSchema("ecflash.check.record-1");
    for (const one of [record, summary]) expect(records.safeParse(one).error).toBeUndefined();
    expect((await shippedSchema("ecflash.error-1")).safeParse(failure).error).toBeUndefined();
    expect(failure).toMatchObject({ code: "no-module" });
    expect(summary).toMatchObject({ kind: "summary", modules: 1, failures: 1, exit: 3 });
  });

  it("is the failure alone in JSON", async () => {
    const { out } = await failing("json");
    expect(JSON.parse(out)).toMatchObject({ schema: "ecflash.error/1", exit: 3 });
  });

  it.each(CHECK_FORMATS)("leaves nothing of before in a file: %s", async (format) => {
    const path = join(directory, format);
    writeFileSync(path, "old");
    const { exit, out } = await failing(format, path);
    expect({ exit, out }).toEqual({ exit: 3, out: "" });
    expect(readFileSync(path, "utf8")).toMatch(/no-module|No module of the EC25 family/);
  });

  it("is thrown where a person reads it at once", async () => {
    await expect(failing("text")).rejects.toMatchObject({ code: "no-module" });
  });
});
