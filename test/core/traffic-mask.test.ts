import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shapeOf, TrafficMask } from "../../src/core/traffic-mask.js";

/** Nobody's: no allocation code begins with nines. */
const IMEI = "9".repeat(15);
const OTHER = `${"9".repeat(14)}8`;
const ICCID = "9".repeat(20);

const masked = (text: string) => new TrafficMask().text(text);

describe("TrafficMask", () => {
  it.each([
    ["an IMEI", `AT+GSN\r\r\n${IMEI}\r\n\r\nOK\r\n`, "AT+GSN\r\r\n000000000000001\r\n\r\nOK\r\n"],
    ["an ICCID and its filler", `+QCCID: ${ICCID}F`, "+QCCID: 00000000000000000001F"],
    ["a serial number", '+EGMR: "D1Q19AB7"', '+EGMR: "A0A00AA0"'],
    ["an IMEI read as a serial", `+EGMR: "${IMEI}"`, '+EGMR: "000000000000001"'],
    ["an address", '+CGPADDR: 1,"25.101.88.170"', '+CGPADDR: 1,"10.100.10.100"'],
    ["an IPv6 address in bytes", "42.1.4.0.0.0.0.0.0.0.0.0.0.0.0.7", "10.1.1.0.0.0.0.0.0.0.0.0.0.0.0.1"],
    ["an IPv6 address", '"2605:9:0:12::8ab"', '"1000:1:0:10::100"'],
    ["a phone number", 'text +49123456789, "x"', 'text +00000000000, "x"'],
    ["the own number", '+CNUM: ,"0123456789",129', '+CNUM: ,"0000000000",129'],
    ["a number that is dialled", "ATD0123456789;", "ATD0000000000;"],
    [
      "a message and its sender",
      '+CMGR: "REC READ","+49123"\r\nCome 7!\r\n\r\nOK',
      '+CMGR: "REC READ","+00000"\r\nxxxx 0x\r\n\r\nOK',
    ],
    ["a cell", '+CREG: 2,1,"1A2B","01234567",7', '+CREG: 2,1,"0000","00000000",7'],
    ["a position", "$GPGGA,101530.00,4807.038,N", "$GPGGA,000000.00,0000.000,N"],
    [
      "a chip serial in a log",
      '<log value="Chip serial num: 305419896" />',
      '<log value="Chip serial num: 000000000" />',
    ],
  ])("replaces %s by what has its length and shape", (_, text, expected) => {
    expect(masked(text)).toBe(expected);
    expect(masked(text)).toHaveLength(text.length);
  });

  it.each([
    ["a revision", "EC25AFAR05A07M4G_30.005.30.005"],
    ["a revision of another line", "EC25EUXGAR08A19M1G_A0.200.A0.200"],
    ["a sub-edition without letters", "EC25EFAR06A17M4G_20.200.20.200"],
    ["a band mask", '+QCFG: "band",0x260,0x42000000000000381a,0x0'],
    ["an empty IMEI", "000000000000000"],
    ["a virtual IMEI", "000000000000018"],
    ["no address", '+CGPADDR: 1,"0.0.0.0"'],
    ["what the connect test pings", 'AT+QPING=1,"8.8.8.8",4,4\r AT+QPING=1,"2001:4860:4860::8888",4,4'],
    ["a time of day", '+CCLK: "24/01/31,10:15:30+04"'],
    ["a Firehose element", '<erase PAGES_PER_BLOCK="64" SECTOR_SIZE_IN_BYTES="4096" start_sector="13184" />'],
  ])("leaves %s alone", (_, text) => {
    expect(masked(text)).toBe(text);
  });

  it("gives an identity one placeholder wherever it stands, and another identity another", () => {
    const mask = new TrafficMask();
    const first = mask.text(IMEI);
    expect(mask.text(OTHER)).not.toBe(first);
    expect(mask.text(`AT+EGMR=0,7 ${IMEI}`)).toBe(`AT+EGMR=0,7 ${first}`);
    expect(mask.binary(`\u0001\u0010${IMEI}\u0000`)).toBe(`\u0001\u0010${first}\u0000`);
  });

  const words = fc.array(
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        IMEI,
        OTHER,
        ICCID,
        "+CMGR: 1",
        "\r\n",
        "+",
        '"',
        "25.101.88.17",
        "::",
        "fe80:",
        "0x",
        "$G",
        "ATD",
      ),
    ),
  );

  it("changes no length, nothing the second time, and lets no identity through", () => {
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join("");
        const once = masked(text);
        expect(once).toHaveLength(text.length);
        expect(masked(once)).toBe(once);
        // Behind 0x stands a band mask, whatever its digits.
        if (/0x/i.test(text)) return;
        for (const identity of [IMEI, OTHER]) expect(once).not.toContain(identity);
      }),
      { numRuns: 500 },
    );
  });

  it.each([` $G${IMEI}`, `\t$GPGGA,${IMEI}`, `+CREG: x${IMEI}`])("lets none through in %j", (text) => {
    expect(masked(text)).not.toContain(IMEI);
    expect(masked(text)).toHaveLength(text.length);
  });

  it("shapeOf finds a command again, whoever's identity is in it", () => {
    expect(shapeOf(`AT+X="${IMEI}"`)).toBe(shapeOf(`AT+X="${OTHER}"`));
    expect(shapeOf('AT+QPING=1,"9.9.9.9"')).toBe(shapeOf('AT+QPING=1,"7.7.7.7"'));
  });
});
