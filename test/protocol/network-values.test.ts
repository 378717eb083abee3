import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOTHING_SHOWN } from "../../src/core/diagnosis/shown.js";
import { networkShown, networkShownBy } from "../../src/protocol/at/network-values.js";

describe("answers of a diagnosis", () => {
  it.each([
    ["+CSQ: 99,99", { signal: "none" }],
    ["+CSQ: 30,99", { signal: 30 }],
    ["+CSQ: 0,0", { signal: 0 }],
    ["+CSQ: 57,99", {}],
    ['+QCSQ: "NOSERVICE"', {}],
    ['+QCSQ: "LTE",53,-101,195,-8', { rsrpDbm: -101 }],
    ['+QCSQ: "WCDMA",53,-101,195', {}],
    ["+QNWINFO: No Service", { service: "none" }],
    ['+QNWINFO: "FDD LTE","00101","LTE BAND 4",2050', { service: "service" }],
    ["+CGATT: 1", { attached: true }],
    ["+CGATT: 0", { attached: false }],
    ["+CGATT: (0,1)", {}],
    ['+QCFG: "nwscanmode",3', { scanMode: 3 }],
    ['+QCFG: "nwscanseq",0403010502', {}],
    ['+CGDCONT: 1,"IP","a.b","0.0.0.0",0,0,0,0', { contexts: [{ id: 1, type: "IP", apn: "a.b" }] }],
    ["+CREG: 0,1", {}],
    ["OK", {}],
  ])("%s", (line, shown) => {
    expect(networkShownBy([line])).toEqual(shown);
  });

  it("are one together, and no answer adds nothing", () => {
    expect(networkShown([[], ["+CSQ: 20,99", "OK"], ["+CGATT: 1", "OK"], ["ERROR"]])).toEqual({
      ...NOTHING_SHOWN,
      signal: 20,
      attached: true,
    });
  });

  it("never throw, whatever a module says", () => {
    const name = fc.constantFrom(
      "+CSQ:",
      "+QCSQ:",
      "+QNWINFO:",
      "+CGATT:",
      "+QCFG:",
      "+CGDCONT:",
      "+constructor:",
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (lines) => {
        networkShownBy(lines.map((parts) => parts.join(" ")));
      }),
    );
  });
});
