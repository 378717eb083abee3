import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AtAnswer } from "../../src/protocol/at/answer.js";
import * as at from "../../src/protocol/at/values.js";

/** The answer of a module to one command, as in domain.md, section 2. */
function ok(...lines: string[]): AtAnswer {
  return { command: "AT", status: "ok", cme: null, lines, urcs: [] };
}

function error(cme: string | null = null): AtAnswer {
  return { command: "AT", status: "error", cme, lines: [], urcs: [] };
}

describe("what the module says it is", () => {
  it("reads ATI", () => {
    expect(at.identityOf(ok("Quectel", "EC25", "Revision: EC25AFFAR07A08M4G"))).toEqual({
      maker: "Quectel",
      model: "EC25",
      revision: "EC25AFFAR07A08M4G",
    });
  });

  it("reads what there is of ATI", () => {
    expect(at.identityOf(ok("Quectel"))).toEqual({ maker: "Quectel", model: null, revision: null });
    expect(at.identityOf(ok())).toEqual({ maker: null, model: null, revision: null });
  });

  it("reads AT+QGMR and AT+CGMR", () => {
    expect(at.revisionOf(ok("EC25EFAR06A11M4G_01.001.01.001"))).toBe("EC25EFAR06A11M4G_01.001.01.001");
    expect(at.revisionOf(ok("+CSQ: 1,99", "EC25AFAR05A07M4G"))).toBe("EC25AFAR05A07M4G");
    expect(at.revisionOf(ok())).toBeNull();
  });

  it("takes no noise of the line for a revision", () => {
    expect(at.revisionOf(ok("\xff\x02\x7e", "EC25AFAR05A07M4G"))).toBe("EC25AFAR05A07M4G");
  });

  it("reads the serial number", () => {
    expect(at.serialOf(ok('+EGMR: "MPX00XX0X000000"'))).toBe("MPX00XX0X000000");
    expect(at.serialOf(error())).toBeNull();
  });
});

describe("AT+GSN", () => {
  it("is present, bare or with its name", () => {
    const present = { kind: "present", imei: "000000001230217" };
    expect(at.imeiOf(ok("000000001230217"))).toEqual(present);
    expect(at.imeiOf(ok('+EGMR: "000000001230217"'))).toEqual(present);
  });

  it.each([["nothing"], ["000000000000000"], ["-1"]])("is empty for %s", (text) => {
    expect(at.imeiOf(text === "nothing" ? ok() : ok(text))).toEqual({ kind: "empty", reads: 1 });
  });

  it("is unread after an error, which says nothing about calibration", () => {
    expect(at.imeiOf(error())).toEqual({ kind: "unread" });
    expect(at.imeiOf(error("13"))).toEqual({ kind: "unread" });
  });
});

describe("AT+CFUN?", () => {
  it.each([0, 1, 4, 5, 7])("gives %i", (cfun) => {
    expect(at.functionalityOf(ok(`+CFUN: ${cfun}`))).toBe(cfun);
  });
});

describe('AT+QCFG="band"', () => {
  it("reads the mask of the thread", () => {
    expect(at.bandOf(ok('+QCFG: "band",0x260,0x80a,0x0'))).toEqual({ gw: 0x260n, lte: 0x80an });
  });

  it("keeps all 71 bits of an EC25-AF", () => {
    const mask = at.bandOf(ok('+QCFG: "band",0x260,0x42000000000000381a,0x0'));
    expect(mask?.lte).toBe((1n << 70n) | (1n << 65n) | 0x381an);
  });

  it("takes capitals and no 0x too", () => {
    expect(at.bandOf(ok('+QCFG: "band",0X260,80A,0x0'))).toEqual({ gw: 0x260n, lte: 0x80an });
  });

  it.each(['+QCFG: "usbnet",0', '+QCFG: "band",0x260', '+QCFG: "band",,0x80a', '+QCFG: "band",0x,0xzz'])(
    "is null for %s",
    (text) => expect(at.bandOf(ok(text))).toBeNull(),
  );
});

describe("other settings and states", () => {
  it("reads usbnet, and not from another setting", () => {
    expect(at.usbnetOf(ok('+QCFG: "usbnet",3'))).toBe(3);
    expect(at.usbnetOf(ok('+QCFG: "nwscanmode",0'))).toBeNull();
  });

  it.each([
    ["+CREG: 0,0", "none"],
    ["+CREG: 0,1", "home"],
    ["+CREG: 0,2", "searching"],
    ["+CREG: 2,3", "denied"],
    ["+CREG: 0,4", "unknown"],
    ['+CREG: 2,5,"1A2B","01234567",7', "roaming"],
    ["+CREG: 0,8", "none"],
    ["+CREG: 0,9", null],
    ["+CREG: 0,toString", null],
  ] as const)("reads %s as %s", (text, state) => {
    expect(at.registrationOf(ok(text), "+CREG")).toBe(state);
  });

  it("is not misled by a registration URC inside the answer", () => {
    expect(at.registrationOf(ok("+CREG: 0,1", "+CREG: 2"), "+CREG")).toBe("home");
    expect(at.registrationOf(ok("+CREG: 2,1", '+CREG: 1,"1A2B","01234567",7'), "+CREG")).toBe("home");
  });

  it("reads the operator, or that there is none", () => {
    expect(at.operatorOf(ok('+COPS: 0,0,"TW Mobile",7'))).toBe("TW Mobile");
    expect(at.operatorOf(ok('+COPS: 0,0,"One, Two",7'))).toBe("One, Two");
    expect(at.operatorOf(ok("+COPS: 0"))).toBeNull();
    expect(at.operatorOf(ok('+COPS: 0,0,"",7'))).toBeNull();
  });

  it("reads the SIM, by name or by error", () => {
    expect(at.simOf(ok("+CPIN: READY"))).toBe("READY");
    expect(at.simOf(ok("+CPIN: SIM PIN"))).toBe("SIM PIN");
    expect(at.simOf(error("10"))).toBe("CME ERROR 10");
    expect(at.simOf(error("SIM failure"))).toBe("CME ERROR SIM failure");
    expect(at.simOf(error())).toBeNull();
    expect(at.simOf(ok())).toBeNull();
  });

  it("keeps the place of an empty field", () => {
    expect(at.splitFields(' "FDD LTE","",,1275')).toEqual(["FDD LTE", "", "", "1275"]);
    expect(at.splitFields(' "a,b",1')).toEqual(["a,b", "1"]);
  });
});

describe("AT+CGPADDR", () => {
  const IPV6 = "42.1.4.0.0.0.0.0.0.0.0.0.0.0.0.10";
  it.each([
    ['+CGPADDR: 1,"10.187.7.8"', "10.187.7.8", null],
    [`+CGPADDR: 1,"10.187.7.8","${IPV6}"`, "10.187.7.8", "2a01:400:0:0:0:0:0:a"],
    [`+CGPADDR: 1,"10.187.7.8,${IPV6}"`, "10.187.7.8", "2a01:400:0:0:0:0:0:a"],
    ['+CGPADDR: 1,"2A01:400::A"', null, "2A01:400::A"],
    [`+CGPADDR: 1,"0.0.0.0","${IPV6}"`, null, "2a01:400:0:0:0:0:0:a"],
    ['+CGPADDR: 1,"0.0.0.0","0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"', null, null],
    ['+CGPADDR: 1,"0.0.0.0","::"', null, null],
    ['+CGPADDR: 1,"0.0.0.0","0:0:0:0:0:0:0:0"', null, null],
    ['+CGPADDR: 1,"300.1.1.1","1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.999"', null, null],
    ['+CGPADDR: 1,"time: 12","a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p"', null, null],
    ["+CGPADDR: 1", null, null],
  ])("%s", (text, ipv4, ipv6) => {
    expect(at.addressesOf(ok(text))).toEqual({ ipv4, ipv6 });
  });
});

describe("AT+QPING", () => {
  it("goes on while single answers come", () => {
    expect(at.pingResultOf('+QPING: 0,"8.8.8.8",32,155,114')).toBeNull();
  });

  it("ends with the summary or an error", () => {
    expect(at.pingResultOf("+QPING: 0,4,4,0,221,225,223")).toEqual({ sent: 4, received: 4 });
    expect(at.pingResultOf("+QPING: 0,4,0,4,0,0,0")).toEqual({ sent: 4, received: 0 });
    expect(at.pingResultOf("+QPING: 561")).toEqual({ error: 561 });
  });

  it.each(["OK", "+QPING:", "+QPING: no", "+CREG: 2", ""])("passes over %j", (text) => {
    expect(at.pingResultOf(text)).toBeNull();
  });
});

describe("on nonsense", () => {
  const NAMES = ["+CFUN", "+QCFG", "+CREG", "+CEREG", "+COPS", "+CPIN", "+EGMR", "+CGPADDR", "+QPING"];
  const tail = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(fc.constantFrom('"band"', '"usbnet"', '"', "0x", "0X1"), fc.string()), {
      maxLength: 6,
    }),
  );
  const line = fc.oneof(
    fc.string(),
    fc.tuple(fc.constantFrom(...NAMES), tail).map(([name, text]) => `${name}: ${String(text)}`),
  );

  it("no parser throws, whatever a module says", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), fc.boolean(), (lines, good) => {
        const answer = good ? ok(...lines) : { ...error("x"), lines };
        at.identityOf(answer);
        at.revisionOf(answer);
        at.functionalityOf(answer);
        at.bandOf(answer);
        at.usbnetOf(answer);
        at.registrationOf(answer, "+CREG");
        at.registrationOf(answer, "+CEREG");
        at.operatorOf(answer);
        at.simOf(answer);
        at.imeiOf(answer);
        at.serialOf(answer);
        at.addressesOf(answer);
        for (const one of lines) at.pingResultOf(one);
      }),
      { numRuns: 500 },
    );
  });

  it("numbers and masks are null where there are no digits", () => {
    const wordless = fc.stringMatching(/^[g-z "]{0,12}$/);
    fc.assert(
      fc.property(wordless, (text) => {
        expect(at.functionalityOf(ok(`+CFUN: ${text}`))).toBeNull();
        expect(at.bandOf(ok(`+QCFG: "band",${text},${text}`))).toBeNull();
        expect(at.registrationOf(ok(`+CREG: ${text}`), "+CREG")).toBeNull();
        expect(at.pingResultOf(`+QPING: ${text}`)).toBeNull();
      }),
    );
  });
});
