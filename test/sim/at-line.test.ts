import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitLine } from "../../src/sim/at/commands.js";
import { answer, DONE, ERROR, quietPort } from "./at-host.js";
import { at, readUntil } from "./host.js";

describe("one line", () => {
  it.each([
    ["", [""]],
    ["E0V1&D2", ["E0", "V1", "&D2"]],
    ["E0 V1 X4 &C1", ["E0", "V1", "X4", "&C1"]],
    ["I;+CSUB;+CSQ;&D2", ["I", "+CSUB", "+CSQ", "&D2"]],
    ["&F&C1+CSQ", ["&F", "&C1", "+CSQ"]],
    ['+QCFG="a;b",1;+CFUN?', ['+QCFG="a;b",1', "+CFUN?"]],
    ['+QCFG="open', ['+QCFG="open']],
    ["!CUSTOM", ["!CUSTOM"]],
  ])("%j is cut into its commands", (line, commands) => {
    expect(splitLine(line)).toEqual(commands);
  });

  it("ends, and loses nothing but blanks and semicolons, whatever it is", () => {
    const bare = (text: string) => text.replace(/[\s;]/g, "");
    fc.assert(
      fc.property(fc.string(), (line) => {
        expect(bare(splitLine(line).join(""))).toBe(bare(line));
      }),
    );
  });

  it("stops at the first error, with what was said before it", async () => {
    const { port } = await quietPort("healthy");
    expect(await at(port, "AT+CFUN?;+NOSUCH;+CSQ")).toBe("\r\n+CFUN: 1\r\n\r\nERROR\r\n");
    expect(await at(port, "AT!X")).toBe(ERROR);
  });

  it("lets each command see what the one before changed", async () => {
    const { port } = await quietPort("healthy");
    expect(await at(port, 'AT+QCFG="usbnet",2;+QCFG="usbnet";+CMEE=2;+CMEE?')).toBe(
      '\r\n+QCFG: "usbnet",2\r\n\r\n+CMEE: 2\r\n\r\nOK\r\n',
    );
  });
});

describe("settings of the port", () => {
  it.each(["ATZ", "AT&F", "AT&F0"])("%s takes back what was set", async (reset) => {
    const { port } = await quietPort("healthy");
    await at(port, "AT+CMEE=2;+CREG=2;+COPS=3,2");
    expect(await at(port, reset)).toBe(DONE);
    expect(await at(port, "AT+CMEE?;+CREG?")).toBe(
      "AT+CMEE?;+CREG?\r\r\n+CMEE: 1\r\n\r\n+CREG: 0,1\r\n\r\nOK\r\n",
    );
  });

  it.each(["ATV1", "ATX4", "AT&C1", "AT&D1", "ATE0V1", "AT&F&C1&D2E0"])("%s is OK", async (command) => {
    const { port } = await quietPort("healthy");
    expect(await at(port, command)).toMatch(/^\r\nOK\r\n$/);
  });

  it("answers or refuses what ModemManager asks", async () => {
    const { port } = await quietPort("healthy");
    expect(await at(port, "AT+CEMODE?")).toBe(answer("+CEMODE: 2"));
    expect(await at(port, "AT+QGPS=?")).toContain("+QGPS: (1-4)");
    expect(await at(port, "AT+CTZU=?")).toBe(answer("+CTZU: (0,1,3)"));
    expect(await at(port, "AT+CCLK?")).toMatch(/\+CCLK: "\d\d\/\d\d\/\d\d,\d\d:\d\d:\d\d\+\d\d"/);
    expect(await at(port, "AT+CRSM=176,28423,0,0,9")).toBe(ERROR);
    expect(await at(port, "AT+QFASTBOOT=?")).toBe(ERROR);
    expect(await at(port, "AT+QGMR?")).toBe(ERROR);
  });

  it("answers commands that overlap one after the other", async () => {
    const { port } = await quietPort("healthy");
    await port.write(new TextEncoder().encode("AT+CFUN?\rAT+NOSUCH\rAT+CSQ\r"));
    expect(await readUntil(port, /CSQ[^]*OK\r\n$/)).toBe(
      `${answer("+CFUN: 1")}${ERROR}${answer("+CSQ: 30,99")}`,
    );
  });
});
