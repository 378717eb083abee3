import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskDigits, maskIdentities } from "../../src/core/mask.js";

/** No unit has these: the allocation code 00000000 is not assigned. */
const IMEI = "000000001230217";
const IMSI = "000000009876543";
const ICCID = "00000000123456789012";

describe("maskIdentities", () => {
  it.each([
    ["a bare answer", IMEI],
    ["an answer in quotes", `+EGMR: "${IMEI}"`],
    ["a word right before it", `IMEI${IMEI}`],
    ["a hex letter right before it", `ID${IMEI}`],
    ["JSON", `{"imei":"${IMEI}","imsi":"${IMSI}"}`],
    ["an ICCID", `+QCCID: ${ICCID}`],
    ["an ICCID of 19 digits and a filler", `+QCCID: ${ICCID.slice(0, 19)}F`],
    ["an IMEI with its software version", `${IMEI.slice(0, 14)}01`],
    ["an IMEI without its check digit", IMEI.slice(0, 14)],
    ["a path", `runs/${IMEI}.ndjson`],
    ["a file name behind a dot", `imei.${IMEI}.txt`],
    ["two in one line", `${IMEI},${IMSI}`],
  ])("leaves four digits of an identity: %s", (_, text) => {
    const masked = maskIdentities(text);
    expect(masked).not.toMatch(/\d{14}/);
    expect(masked).toMatch(/\*{10,}\d{4}/);
    expect(masked).toHaveLength(text.length);
  });

  it.each([
    ["a revision", "EC25AFAR05A07M4G_30.005.30.005"],
    ["a revision of another line", "EC25EUXGAR08A19M1G_A0.200.A0.200"],
    ["a clone's revision", "QDC507GLEFM21_01.001.01.007"],
    ["an IPv4 address", '+QPING: 0,"8.8.8.8",32,155,114 from 25.101.88.17'],
    ["an IPv6 address", "2001:4860:4860::8888 2605:0000:0000:1234:0000:0000:0000:8888"],
    ["a band mask", '+QCFG: "band",0x260,0x42000000000000381a,0x0'],
    ["a band mask of digits alone", "0x420000000000003810"],
    ["epoch milliseconds", '{"atMs":1735689600000}'],
    ["a SHA-256 with a long run of digits", `sha256 ${"a1".repeat(8)}0123456789012345${"b2".repeat(16)}`],
    ["an MD5 in capitals", "MD5 52AC9112345678901234ABCDEF012345"],
    ["a fraction of a number", "took 0.30000000000000004 s"],
    ["a sector range", "erase 13184+768, 131072 sectors of 2048"],
  ])("leaves %s alone", (_, text) => {
    expect(maskIdentities(text)).toBe(text);
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const once = maskIdentities(`${before} ${IMEI} ${after}`);
        expect(maskIdentities(once)).toBe(once);
      }),
    );
  });

  it("lets no identity through, whatever words are around it", () => {
    const words = fc.array(fc.constantFrom("+CGSN:", "IMEI", '"', ",", ".", "\r\n", "=", "SN", "OK"));
    fc.assert(
      fc.property(words, words, (before, after) => {
        expect(maskIdentities(`${before.join("")}${IMEI}${after.join("")}`)).not.toContain(IMEI);
      }),
    );
  });
});

it("maskDigits keeps the last four, and nothing is longer than it was", () => {
  expect(maskDigits(IMEI)).toBe("***********0217");
  expect(maskDigits("217")).toBe("217");
});
