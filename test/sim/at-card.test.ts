import { describe, expect, it } from "vitest";
import { answer, ERROR, quietPort, withSim } from "./at-host.js";
import { at } from "./host.js";

const cme = (code: number | string) => `\r\n+CME ERROR: ${code}\r\n`;

describe("the card by AT", () => {
  it.each([
    ["ready", answer("+CPIN: READY"), answer("+QCCID: 89000000000000000000"), answer("000000000000018"), 1],
    ["pin", answer("+CPIN: SIM PIN"), answer("+QCCID: 89000000000000000000"), ERROR, 1],
    ["puk", answer("+CPIN: SIM PUK"), answer("+QCCID: 89000000000000000000"), ERROR, 1],
    ["absent", cme(10), cme(13), ERROR, 0],
    ["failure", cme(13), cme(13), ERROR, 1],
    ["not-ready", cme(14), answer("+QCCID: 89000000000000000000"), ERROR, 1],
  ] as const)("%s", async (sim, cpin, qccid, cimi, inserted) => {
    const { port } = await quietPort("healthy", withSim(sim));
    expect(await at(port, "AT+CPIN?")).toBe(cpin);
    expect(await at(port, "AT+QCCID")).toBe(qccid);
    expect(await at(port, "AT+CIMI")).toBe(cimi);
    expect(await at(port, "AT+QSIMSTAT?")).toBe(answer(`+QSIMSTAT: 0,${inserted}`));
    expect(await at(port, "AT+CREG?")).toContain(sim === "ready" ? "+CREG: 0,1" : "+CREG: 0,4");
  });

  it.each([
    [0, "ERROR", "ERROR"],
    [1, "+CME ERROR: 10", "+CME ERROR: 13"],
    [2, "+CME ERROR: SIM not inserted", "+CME ERROR: SIM failure"],
  ])("errors in the words of AT+CMEE=%i", async (mode, imsi, iccid) => {
    const { port } = await quietPort("healthy", withSim("absent"));
    expect(await at(port, "AT+CMEE?")).toBe(answer("+CMEE: 1"));
    await at(port, `AT+CMEE=${mode}`);
    expect(await at(port, "AT+CMEE?")).toBe(answer(`+CMEE: ${mode}`));
    expect(await at(port, "AT+CIMI")).toBe(`\r\n${imsi}\r\n`);
    expect(await at(port, "AT+QCCID")).toBe(`\r\n${iccid}\r\n`);
  });

  it("stores messages only with a card that is open", async () => {
    const { port } = await quietPort("healthy", withSim("puk"));
    expect(await at(port, "AT+CPMS?")).toBe(cme(12));
    expect(await at((await quietPort("healthy")).port, "AT+CPMS?")).toContain('+CPMS: "ME",0,255,');
  });
});
