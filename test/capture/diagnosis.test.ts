import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { NOTHING_SHOWN } from "../../src/core/diagnosis/shown.js";
import { readDiagnosisText } from "../../src/protocol/capture/diagnosis.js";

const fixture = (name: string) =>
  readFile(new URL(`../../fixtures/captures/${name}`, import.meta.url), "utf8");

describe("the thread", () => {
  it("says all of the network that its fifteen answers say", async () => {
    expect(readDiagnosisText(await fixture("thread-before.txt")).network).toEqual({
      scanMode: 0,
      contexts: [
        { id: 1, type: "IP", apn: "ltedata.apn" },
        { id: 2, type: "IPV4V6", apn: "ims" },
        { id: 3, type: "IPV4V6", apn: "SOS" },
      ],
      signal: "none",
      rsrpDbm: null,
      service: "none",
      attached: false,
    });
  });

  it("keeps nothing of the old firmware's radio when another revision was reported", async () => {
    const { network } = readDiagnosisText(await fixture("thread-whole.txt"));
    expect(network).toMatchObject({ signal: null, service: null, attached: null, scanMode: 0 });
  });
});

describe("signs of the host in a text", () => {
  const host = (...lines: string[]) => readDiagnosisText(lines.join("\n")).host;

  it.each([
    "[ 12.3] usb 1-1.2: device descriptor read/64, error -71",
    "Under-voltage detected! (0x00050005)",
    "usb usb1-port2: over-current change #3",
  ])("power: %s", (line) => {
    expect(host("AT", line).power).toEqual([line]);
  });

  it("are not in what only looks so", () => {
    expect(host("error -710", "no under-voltage", "usb 1-1: over-currently").power).toEqual([]);
  });

  it("a lease ends what no lease began", () => {
    expect(host("udhcpc: no lease, failing").dhcpFailed).toBe(true);
    expect(host("udhcpc: no lease, failing", "udhcpc: lease of 10.1.2.3 obtained").dhcpFailed).toBe(false);
  });

  it("counts starts of the module, and of the same firmware only", () => {
    expect(host("RDY", "AT+CFUN?", "+CFUN: 1", "OK", "RDY").starts).toBe(2);
    expect(
      host("AT+QGMR", "EC25EFAR06A11M4G", "OK", "RDY", "AT+QGMR", "EC25AFAR05A07M4G", "OK", "RDY").starts,
    ).toBe(1);
  });

  it("are none in an empty text", () => {
    expect(readDiagnosisText("").network).toEqual(NOTHING_SHOWN);
  });
});
