import { describe, expect, it } from "vitest";
import { EcflashError } from "../../src/core/errors.js";
import type { CheckRecord } from "../../src/ui/check-schema.js";
import { shippedSchema } from "../schemas.js";
import { HOSTILE_JUDGEMENT, JUDGEMENTS, VERDICTS } from "./judgements.js";
import { rendered } from "./rendered.js";

const shipped = await shippedSchema("ecflash.check.record-1");
const recordsOf = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as CheckRecord);

describe("the contract ecflash.check.record/1", () => {
  it("is one line a module and failure, and one that counts them", async () => {
    const error = new EcflashError("module-gone", { what: "AT+QGMR" });
    const judgements = VERDICTS.map((verdict) => JUDGEMENTS[verdict]);
    const records = recordsOf(
      await rendered("ndjson", { judgements, failures: [{ source: "1-1.4", error }], exit: 10 }),
    );
    for (const record of records) expect(shipped.safeParse(record).error).toBeUndefined();
    expect(records.map(({ kind }) => kind)).toEqual([...VERDICTS.map(() => "module"), "failure", "summary"]);
    expect(records.at(-1)).toMatchObject({ modules: VERDICTS.length, failures: 1, exit: 10 });
    expect(records.at(-2)).toMatchObject({ source: "1-1.4", code: "module-gone" });
  });

  it("has the same module as the document of --format json", async () => {
    const judgements = [HOSTILE_JUDGEMENT];
    const { modules } = JSON.parse(await rendered("json", { judgements })) as { modules: unknown[] };
    const { schema, kind, ...module } = recordsOf(await rendered("ndjson", { judgements }))[0] ?? {};
    expect({ schema, kind }).toEqual({ schema: "ecflash.check.record/1", kind: "module" });
    expect(module).toEqual(modules[0]);
  });

  it("refuses what it does not name", async () => {
    const [record] = recordsOf(await rendered("ndjson", { judgements: [JUDGEMENTS.match] }));
    expect(shipped.safeParse({ ...record, more: 1 }).success).toBe(false);
    expect(shipped.safeParse({ ...record, kind: "other" }).success).toBe(false);
  });
});
