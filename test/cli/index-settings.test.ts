import { describe, expect, it } from "vitest";
import { indexSettings, keysOf } from "../../src/cli/index-settings.js";

const SITE = {
  url: "https://site.example/i.json",
  publicKeys: ["S"],
  threshold: 1,
  name: "site",
  graceDays: 7,
};
const config = { index: SITE };

describe("which index, and whose signatures", () => {
  it("is the configured one where nothing is said, and none where nothing is configured", () => {
    expect(indexSettings({}, config)).toEqual(SITE);
    expect(indexSettings({}, {})).toBeNull();
  });

  it("another address alone is for the configured keys, threshold and name", () => {
    expect(indexSettings({ index: "/stick/i.json" }, config)).toEqual({ ...SITE, url: "/stick/i.json" });
    expect(indexSettings({ index: "/stick/i.json" }, {})).toEqual({ url: "/stick/i.json", publicKeys: [] });
  });

  it("keys take the place of the configured ones, with a threshold of their own", () => {
    expect(indexSettings({ key: ["A", "B"], threshold: "2" }, config)).toEqual({
      ...SITE,
      publicKeys: ["A", "B"],
      threshold: 2,
    });
    expect(indexSettings({ index: "/i.json", key: ["A"] }, config)).toEqual({
      url: "/i.json",
      publicKeys: ["A"],
      threshold: 1,
    });
  });

  it.each([
    ["keys and no index", { key: ["A"] }, {}, /none is named/],
    ["a threshold without keys", { threshold: "1" }, config, /there is none/],
    ["a threshold that is none", { key: ["A"], threshold: "0" }, config, /from 1 on/],
    ["a threshold of one key given twice", { key: ["A", "A"], threshold: "2" }, config, /never be met/],
  ])("refuses %s", (_name, options, known, says) => {
    expect(() => indexSettings(options, known)).toThrow(
      expect.objectContaining({ code: "usage", facts: { detail: expect.stringMatching(says) as string } }),
    );
  });

  it("several keys may stand in one text, also as whole .pub files", () => {
    expect(keysOf("A, B\tC,D\n")).toEqual(["A", "B", "C", "D"]);
    expect(keysOf(["untrusted comment: minisign public key 1\nA\n", "B"])).toEqual(["A", "B"]);
    const pub = (key: string) => `untrusted comment: minisign public key 1\n${key}\n`;
    expect(keysOf(`${pub("A")},${pub("B")}`)).toEqual(["A", "B"]);
    expect(keysOf(undefined)).toEqual([]);
  });
});
