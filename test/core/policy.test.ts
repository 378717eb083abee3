import { describe, expect, it } from "vitest";
import { type Policy, unmetPolicy } from "../../src/core/policy.js";
import { parseRevision, type Revision } from "../../src/core/revision.js";
import { FACTS } from "./facts.js";

function revision(text: string): Revision {
  const said = parseRevision(text, FACTS);
  if (said.kind !== "revision") throw new RangeError(text);
  return said.revision;
}

function policy(row: { minimal?: string[]; required?: string[]; forbidden?: string[] }): Policy {
  const read = (texts: string[] = []) => texts.map(revision);
  const made = {
    hardwareCode: "EC25AFA",
    minimal: read(row.minimal),
    required: read(row.required),
    forbidden: read(row.forbidden),
  };
  return new Map([["EC25AFA", made]]);
}

const unmet = (claimed: string, row: Parameters<typeof policy>[0]) =>
  unmetPolicy(revision(claimed), { policy: policy(row) });

const RUNS = "EC25AFAR05A07M4G_30.005.30.005";

describe("a minimum", () => {
  const minimal = ["EC25AFAR05A07M4G_30.004.30.004", "EC25AFAR05A06M4G_01.002.01.002"];

  it("is met by itself and by what is newer in its own line", () => {
    expect(unmet(RUNS, { minimal })).toBeNull();
    expect(unmet("EC25AFAR05A07M4G_30.004.30.004", { minimal })).toBeNull();
    expect(unmet("EC25AFAR05A06M4G_01.003.01.003", { minimal })).toBeNull();
  });

  it("is not met by what is older in its line, however new another line is", () => {
    expect(unmet("EC25AFAR05A07M4G_30.003.30.003", { minimal })).toBe(
      `The policy asks for at least ${minimal.join(" or ")}; the module reports EC25AFAR05A07M4G_30.003.30.003.`,
    );
    expect(unmet("EC25AFAR05A05M4G_01.009.01.009", { minimal })).not.toBeNull();
  });

  it("is not met by a line without one, nor by a form too short to tell, and says which it is", () => {
    expect(unmet("EC25AFAR09A09M4G_A0.200.A0.200", { minimal })).toContain("is of build line A0.x");
    expect(unmet("EC25AFAR05A07M4G", { minimal })).toContain("does not tell its build line");
  });
});

describe("a required release", () => {
  it("is met by one of several, and by any edition of one that names none", () => {
    expect(unmet(RUNS, { required: ["EC25AFAR05A04M4G", RUNS] })).toBeNull();
    expect(unmet(RUNS, { required: ["EC25AFAR05A07M4G"] })).toBeNull();
  });

  it("is not met by another, nor by a form too short to tell", () => {
    expect(unmet(RUNS, { required: ["EC25AFAR05A04M4G"] })).toBe(
      `The policy asks for EC25AFAR05A04M4G; the module reports ${RUNS}.`,
    );
    expect(unmet("EC25AFAR05A07M4G", { required: [RUNS] })).not.toBeNull();
  });
});

describe("a forbidden release", () => {
  it("may not run; one that names no edition forbids them all", () => {
    expect(unmet(RUNS, { forbidden: [RUNS] })).toBe(
      `The policy forbids ${RUNS}; the module reports ${RUNS}.`,
    );
    expect(unmet(RUNS, { forbidden: ["EC25AFAR05A07M4G"] })).not.toBeNull();
    expect(unmet(RUNS, { forbidden: ["EC25AFAR05A07M4G_30.003.30.003"] })).toBeNull();
  });

  it("a short form that may be it is not passed over", () => {
    expect(unmet("EC25AFAR05A07M4G", { forbidden: [RUNS] })).toContain("too short to tell");
  });
});

it("asks nothing of another hardware code, nor of a module without a revision", () => {
  const all = { policy: policy({ required: ["EC25AFAR05A04M4G"] }) };
  expect(unmetPolicy(revision("EC25AFFAR07A08M4G"), all)).toBeNull();
  expect(unmetPolicy(null, all)).toBeNull();
  expect(unmetPolicy(null, { requiredRelease: RUNS })).toBe(
    `The policy asks for ${RUNS}; the module reports none.`,
  );
});

it("a required release of the command line comes before the policy", () => {
  const both = { policy: policy({ forbidden: [RUNS] }), requiredRelease: "EC25AFAR05A08M4G" };
  expect(unmetPolicy(revision(RUNS), both)).toContain("EC25AFAR05A08M4G");
});
