import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isEcflashError } from "../../src/core/errors.js";
import {
  acceptIndex,
  type IndexCandidate,
  type IndexMemory,
  MAX_VERSION_STEP,
  trustInForce,
} from "../../src/package/index/trust.js";

const NOW = new Date("2026-06-01T00:00:00Z");
const CANDIDATE: IndexCandidate = {
  name: "site",
  version: 5,
  sha256: "a".repeat(64),
  keys: ["A"],
  threshold: 1,
  issued: "2026-05-01T00:00:00Z",
  expires: "2026-09-01T00:00:00Z",
  address: "/a",
};
const options = {
  now: NOW,
  pinnedName: null,
  graceDays: 0,
  before: { keys: ["A"], threshold: 1 },
};

describe("what follows what a host accepted", () => {
  it("never goes down, never steps too far, and equal versions are equal bytes, in any order of offers", () => {
    const offers = fc.array(
      fc.record({ version: fc.integer({ min: 1, max: 250_000 }), sha256: fc.constantFrom("a", "b") }),
      { minLength: 1, maxLength: 20 },
    );
    fc.assert(
      fc.property(offers, (list) => {
        let memories: IndexMemory[] = [];
        for (const offer of list) {
          const [before] = memories;
          try {
            memories = [acceptIndex(memories, { ...CANDIDATE, ...offer }, options).memory];
          } catch (error) {
            if (!isEcflashError(error, "index-rollback", "index-forked", "index-fast-forward")) throw error;
            continue;
          }
          const [after] = memories;
          if (before === undefined || after === undefined) continue;
          expect(after.version).toBeGreaterThanOrEqual(before.version);
          expect(after.version - before.version).toBeLessThanOrEqual(MAX_VERSION_STEP);
          if (after.version === before.version) expect(after.sha256).toBe(before.sha256);
        }
      }),
    );
  });

  it("a key that an index gave up counts nowhere on this host, until the owner has it forgotten", () => {
    const rotated = { ...CANDIDATE, version: 6, keys: ["B"] };
    const { memory: first } = acceptIndex([], CANDIDATE, options);
    const { memory } = acceptIndex([first], rotated, options);
    expect(memory.retired).toEqual(["A"]);
    const keysFor = (keys: string[]) => trustInForce([memory], "/new", null, { keys, threshold: 1 }).keys;
    expect(keysFor(["A", "C"])).toEqual(["C"]);
    expect(() => keysFor(["A"])).toThrow("index-signature");
    const back = acceptIndex([memory], { ...rotated, version: 7, keys: ["A", "B"] }, options).memory;
    expect(back.retired).toEqual([]);
  });

  it("keys in force are those of the address or the pinned name, else the configured ones", () => {
    const configured = { keys: ["C"], threshold: 1 };
    const { memory } = acceptIndex([], CANDIDATE, options);
    expect(trustInForce([memory], "/a", null, configured)).toEqual({ keys: ["A"], threshold: 1 });
    expect(trustInForce([memory], "/b", null, configured)).toEqual(configured);
    expect(trustInForce([memory], "/b", "site", configured).keys).toEqual(["A"]);
    expect(trustInForce([{ ...memory, trust: null }], "/a", null, configured)).toEqual(configured);
  });

  it("tells a change of keys, and keeps every place it was seen at", () => {
    const { memory } = acceptIndex([], CANDIDATE, options);
    const next = { ...CANDIDATE, version: 6, keys: ["A", "B"], threshold: 2, address: "/b" };
    const accepted = acceptIndex([memory], next, options);
    expect(accepted.notes).toEqual(["the index changed its keys: 2 of 2 must sign from now on"]);
    expect(accepted.memory).toMatchObject({
      addresses: ["/a", "/b"],
      trust: { keys: ["A", "B"], threshold: 2 },
    });
  });

  it("warns in the last tenth of a short life, and the last two weeks of a long one", () => {
    const notesAt = (expires: string, now: string) =>
      acceptIndex([], { ...CANDIDATE, expires }, { ...options, now: new Date(now) }).notes.length;
    expect(notesAt("2026-05-11T00:00:00Z", "2026-05-09T23:59:59Z")).toBe(0);
    expect(notesAt("2026-05-11T00:00:00Z", "2026-05-10T00:00:01Z")).toBe(1);
    expect(notesAt("2027-05-01T00:00:00Z", "2027-04-16T23:00:00Z")).toBe(0);
    expect(notesAt("2027-05-01T00:00:00Z", "2027-04-17T01:00:00Z")).toBe(1);
  });
});
