import { describe, expect, it } from "vitest";
import { answer, ERROR, quietPort, withSwitches } from "./at-host.js";
import { at, moduleOf } from "./host.js";

describe("identity by AT", () => {
  it.each([
    ["ATI", ["Quectel", "EC25", "Revision: EC25AFAR05A07M4G"]],
    ["AT+GMI", ["Quectel"]],
    ["AT+CGMM", ["EC25"]],
    ["AT+CGMR", ["EC25AFAR05A07M4G"]],
    ["AT+CVERSION", ["VERSION: EC25AFAR05A07M4G", "Jan 01 2020 00:00:00", "Authors: QCT"]],
    ["AT+CSUB", ["SubEdition: V01"]],
    ["AT+EGMR=0,9", ['+EGMR: "00"']],
    ["AT+EGMR=0,10", ['+EGMR: ""']],
    // 0x80a is B2, B4 and B12; 0x260 is WCDMA B2, B4 and B5.
    ["AT+QNVR=6828,0", ['+QNVR: "0A080000000000000000000000000000"']],
    ["AT+QNVR=1877,0", ['+QNVR: "0000800600000000"']],
  ])("%s", async (command, lines) => {
    const { port } = await quietPort("healthy");
    expect(await at(port, command)).toBe(answer(...lines));
  });

  it("puts each answer of a chain into its own lines, as dialers log it", async () => {
    const { port } = await quietPort("wrong-variant");
    expect(await at(port, "ATI;+CSUB;+CSQ;+CPIN?;+COPS?;+CGREG?;&D2")).toBe(
      "\r\nQuectel\r\nEC25\r\nRevision: EC25EFAR06A11M4G\r\n\r\nSubEdition: V01\r\n\r\n+CSQ: 99,99\r\n" +
        "\r\n+CPIN: READY\r\n\r\n+COPS: 0\r\n\r\n+CGREG: 0,0\r\n\r\nOK\r\n",
    );
  });

  it("the NV items keep the factory's bands when the mask is changed", async () => {
    const { port } = await quietPort("healthy");
    await at(port, 'AT+QCFG="band",10,1');
    expect(await at(port, "AT+QNVR=6828,0")).toContain('"0A08');
  });

  it("reads the sample of domain.md from its mask", async () => {
    const { port } = await quietPort("healthy", ({ nv }) => ({
      nv: { ...nv, bandGw: "0xff", bandLte: "0x1e0080800df" },
    }));
    expect(await at(port, "AT+QNVR=6828,0")).toContain('"DF000808E0010000');
    expect(await at(port, "AT+QNVR=1877,0")).toContain('"8003E80400000200"');
  });

  it.each(["answered", "error"] as const)("AT+QHVN? and AT+QGMR, %s", async (way) => {
    const { port } = await quietPort(
      "wrong-variant",
      withSwitches({ hardwareVersion: way, longRevision: way }),
    );
    const [hardware, long] = [await at(port, "AT+QHVN?"), await at(port, "AT+QGMR")];
    expect(hardware).toBe(way === "error" ? ERROR : answer("+QHVN: EC25AFA"));
    expect(long).toBe(way === "error" ? ERROR : answer("EC25EFAR06A11M4G_01.001.01.001"));
    expect(await at(port, "AT+CGMR")).toBe(answer("EC25EFAR06A11M4G"));
    expect(await at(port, "AT+QGMR?")).toBe(ERROR);
  });

  it("says EC20F for an EC20 of the CE kind", async () => {
    const { port } = await quietPort("healthy", ({ hardware }) => ({
      hardware: { ...hardware, hardwareCode: "EC20CEFA" },
      firmware: { revision: "EC20CEFAR02A10M4G" },
    }));
    expect(await at(port, "AT+CGMM")).toBe(answer("EC20F"));
  });

  it("writes no identity", async () => {
    const { world, port } = await quietPort("healthy");
    const before = moduleOf(world).memory.nv;
    expect(await at(port, 'AT+EGMR=1,7,"000000000000026"')).toBe(ERROR);
    expect(moduleOf(world).memory.nv).toEqual(before);
  });

  it("lists carrier profiles, one of them active", async () => {
    const { port } = await quietPort("healthy");
    const list = await at(port, 'AT+QMBNCFG="List"');
    expect(list.match(/\+QMBNCFG: "List",\d+,[01],[01],"[^"]+",0x[0-9A-F]{8},\d{9}\r\n/g)).toHaveLength(3);
    expect(list.match(/,1,1,/g)).toHaveLength(1);
  });
});
