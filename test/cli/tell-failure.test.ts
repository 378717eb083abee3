import { describe, expect, it } from "vitest";
import { fakeEnvironment } from "./fake-environment.js";
import { tellFailure } from "../../src/cli/output.js";
import { EcflashError, ERROR_EXIT, type ErrorCode, type ErrorFacts } from "../../src/core/errors.js";
import { shippedSchema } from "../schemas.js";

const contract = await shippedSchema("ecflash.error-1");
const CODES = Object.keys(ERROR_EXIT) as ErrorCode[];

/** Facts for any code: whatever fact is asked for is there. Lists and numbers answer as lists and numbers do. */
const factsOf = (code: ErrorCode) =>
  new Proxy(
    {},
    {
      get: (_, name) => {
        if (
          [
            "known",
            "readings",
            "portPaths",
            "codes",
            "differences",
            "findings",
            "signs",
            "problems",
            "holders",
            "alsoAsked",
            "archives",
            "candidates",
            "said",
            "seen",
            "packages",
            "ids",
            "reasons",
            "recommended",
          ].includes(String(name))
        )
          return ["one \u001b[31m", "two 000000000000018"];
        // Where only this code has it as a list; elsewhere it is a place in words.
        if (code === "unpacker-missing" && name === "looked") return ["one", "two"];
        return String(name).endsWith("Ms") ? 5000 : "fact \u001b[31m 000000000000018";
      },
    },
  );

describe("a failure outside of a run", () => {
  it.each(CODES)("%s keeps its exit, in text on stderr and in JSON on stdout", async (code) => {
    const error = new EcflashError(code, factsOf(code) as ErrorFacts[typeof code]);
    const text = fakeEnvironment();
    expect(await tellFailure(text.environment, error, "text")).toBe(ERROR_EXIT[code]);
    expect(text.out()).toBe("");
    expect(text.err()).toContain(`[${code}]`);
    expect(text.err()).toMatch(/\n- ./);

    for (const format of ["json", "ndjson"] as const) {
      const json = fakeEnvironment();
      expect(await tellFailure(json.environment, error, format)).toBe(ERROR_EXIT[code]);
      expect(json.err()).toBe("");
      expect(json.out().trimEnd()).not.toContain("\n");
      const document = JSON.parse(json.out()) as Record<string, unknown>;
      expect(contract.safeParse(document).error).toBeUndefined();
      expect(document).toMatchObject({
        schema: "ecflash.error/1",
        code,
        state: null,
        exit: ERROR_EXIT[code],
      });
      expect(document["says"]).toEqual(expect.stringMatching(/\S/));
      expect(document["tries"]).not.toHaveLength(0);
      expect(json.out()).not.toContain("000000000000018");
    }
    expect(text.err()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|000000000000018/);
  });

  it("says how the module is, when that is known", async () => {
    const error = new EcflashError(
      "sahara-failed",
      { step: "HELLO", reason: "no answer" },
      {
        state: { where: "edl", image: "old" },
      },
    );
    const text = fakeEnvironment();
    await tellFailure(text.environment, error, "text");
    expect(text.err()).toContain("The module is in EDL, with its old firmware; nothing was written.");
    const json = fakeEnvironment();
    await tellFailure(json.environment, error, "json");
    expect(JSON.parse(json.out())).toMatchObject({ state: { where: "edl", image: "old" } });
    expect(contract.safeParse(JSON.parse(json.out())).error).toBeUndefined();
  });

  it("shows the stack of a fault of ecflash, and of nothing else", async () => {
    const bug = fakeEnvironment();
    expect(await tellFailure(bug.environment, new TypeError("x \u001b[2J is not a function"), "text")).toBe(
      1,
    );
    expect(bug.err()).toContain("[bug]");
    expect(bug.err()).toMatch(/\n {4}at /);
    expect(bug.err()).not.toContain("\u001b");
    const json = fakeEnvironment();
    expect(await tellFailure(json.environment, new TypeError("x"), "json")).toBe(1);
    expect(JSON.parse(json.out())).toMatchObject({ code: "bug", exit: 1 });
    expect(json.err()).toMatch(/\n {4}at /);
  });
});
