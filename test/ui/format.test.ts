import { describe, expect, it } from "vitest";
import { jsonText, shown } from "../../src/ui/escape.js";
import { formatBytes, formatSeconds, percent, resultLine } from "../../src/ui/format.js";

describe("sizes and shares", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1_048_575, "1024.0 KiB"],
    [1_048_576, "1.0 MiB"],
    [41_943_040, "40.0 MiB"],
    [5 * 1024 ** 3, "5.0 GiB"],
    [5000 * 1024 ** 3, "5000.0 GiB"],
  ])("%i bytes are %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, 10, 0],
    [1, 3, 33],
    [999_999, 1_000_000, 99],
    [10, 10, 100],
    [0, 0, 100],
  ])("%i of %i is %i %%: 100 only when all of it is done", (done, total, share) => {
    expect(percent(done, total)).toBe(share);
  });

  it("says waits in seconds", () => {
    expect(formatSeconds(30_000)).toBe("30 s");
    expect(formatSeconds(1250)).toBe("1.3 s");
  });

  it("names an outcome with its exit, and of a run that only looked the exit of check", () => {
    expect(resultLine({ type: "result", outcome: "unproven", exit: 9, summary: [] })).toBe(
      "unproven (exit 9)",
    );
    expect(resultLine({ type: "result", outcome: "judged", exit: 11, summary: [] })).toBe(
      "looked only; check exits 11",
    );
  });
});

describe("text from outside", () => {
  it("shows every control character and what turns writing around, and keeps the rest", () => {
    for (let code = 0; code < 0x20; code += 1) {
      const expected = code === 9 ? "\t" : `\\x${code.toString(16).padStart(2, "0")}`;
      expect(shown(String.fromCharCode(code))).toBe(expected);
    }
    expect(shown("\u007f\u0085\u009b\u2028\u202e\u2066")).toBe(String.raw`\x7f\x85\x9b\u2028\u202e\u2066`);
    expect(shown("Télécom 中国 № 5")).toBe("Télécom 中国 № 5");
  });

  it("masks identities, not hashes or masks", () => {
    expect(shown("IMEI 000000000000018, ICCID 00000000000000000018")).toBe(
      "IMEI ***********0018, ICCID ****************0018",
    );
    const hash = "12345678901234567890123456789012";
    expect(shown(`0x12345678901234 ${hash}`)).toBe(`0x12345678901234 ${hash}`);
  });

  it("is JSON that means the same, with line ends of the indent only", () => {
    const value = { text: "a\nb\u009b\u2028", list: [1, null, "x"] };
    expect(JSON.parse(jsonText(value, 2))).toEqual(value);
    expect(jsonText(value)).toBe(String.raw`{"text":"a\nb\u009b\u2028","list":[1,null,"x"]}`);
  });
});
