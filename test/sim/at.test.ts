import { describe, expect, it } from "vitest";
import { at, changed, isNormal, moduleOf, readUntil, scenarioNamed, waitFor, worldOf } from "./host.js";

async function portOf(scenario: Awaited<ReturnType<typeof scenarioNamed>>, interfaceNumber = 2) {
  const world = worldOf(scenario);
  const port = await world.bus.openPort(await waitFor(world, isNormal), interfaceNumber);
  return { world, port };
}

describe("AT of a module with firmware of other hardware", () => {
  const thread: readonly (readonly [string, string])[] = [
    ["AT+CPIN?", "+CPIN: READY"],
    ["AT+QGMR", "EC25EFAR06A11M4G_01.001.01.001"],
    ["AT+CPAS", "+CPAS: 0"],
    ["AT+CFUN?", "+CFUN: 7"],
    ["AT+COPS?", "+COPS: 0"],
    ['AT+QCFG="band"', '+QCFG: "band",0x260,0x80a,0x0'],
    ['AT+QCFG="nwscanseq"', '+QCFG: "nwscanseq",0403010502'],
    ['AT+QCFG="nwscanmode"', '+QCFG: "nwscanmode",0'],
    ["AT+CREG?", "+CREG: 0,0"],
    ["AT+CSQ", "+CSQ: 99,99"],
    ["AT+QCSQ", '+QCSQ: "NOSERVICE"'],
    ["AT+QNWINFO", "+QNWINFO: No Service"],
    ["AT+CGATT?", "+CGATT: 0"],
    ['AT+QCFG="usbnet"', '+QCFG: "usbnet",0'],
  ];

  it.each(thread)("%s answers as in the thread", async (command, answer) => {
    const { port } = await portOf(await scenarioNamed("wrong-variant"));
    expect(await at(port, command)).toBe(`${command}\r\r\n${answer}\r\n\r\nOK\r\n`);
  });

  it("lists three contexts", async () => {
    const { port } = await portOf(await scenarioNamed("wrong-variant"));
    expect((await at(port, "AT+CGDCONT?")).match(/\+CGDCONT: \d/g)).toEqual([
      "+CGDCONT: 1",
      "+CGDCONT: 2",
      "+CGDCONT: 3",
    ]);
  });

  it("refuses to go online with a phone failure, in the words CMEE asks for", async () => {
    const { port } = await portOf(await scenarioNamed("wrong-variant"));
    await at(port, "ATE0");
    expect(await at(port, "AT+CFUN=1")).toBe("\r\n+CME ERROR: 0\r\n");
    await at(port, "AT+CMEE=2");
    expect(await at(port, "AT+CFUN=1")).toBe("\r\n+CME ERROR: Phone failure\r\n");
    await at(port, "AT+CMEE=0");
    expect(await at(port, "AT+CFUN=1")).toBe("\r\nERROR\r\n");
    expect(await at(port, "AT+CFUN?")).toContain("+CFUN: 7");
  });

  it("says its identity from firmware and NV", async () => {
    const { port } = await portOf(await scenarioNamed("wrong-variant"));
    await at(port, "ATE0");
    expect(await at(port, "ATI")).toBe("\r\nQuectel\r\nEC25\r\nRevision: EC25EFAR06A11M4G\r\n\r\nOK\r\n");
    expect(await at(port, "AT+GSN")).toBe("\r\n000000000000018\r\n\r\nOK\r\n");
    expect(await at(port, "AT+EGMR=0,5")).toContain('+EGMR: "VIRTUAL0000A01"');
    expect(await at(port, "AT+EGMR=1,7")).toBe("\r\nERROR\r\n");
    expect(await at(port, "ATI;+CSUB;+CSQ")).toMatch(/Revision:[^]*SubEdition: V01[^]*\+CSQ: 99,99[^]*OK/);
  });

  it("opens no data call", async () => {
    const { port } = await portOf(await scenarioNamed("wrong-variant"));
    expect(await at(port, "AT+QIACT=1")).toContain("ERROR");
    expect(await at(port, "AT+CGPADDR=1")).toContain('+CGPADDR: 1,"0.0.0.0"');
  });
});

describe("AT of a healthy module", () => {
  it("is registered, has both addresses and pings on both families", async () => {
    const { port } = await portOf(await scenarioNamed("healthy"));
    await at(port, "ATE0");
    expect(await at(port, "AT+CEREG?")).toContain("+CEREG: 0,1");
    expect(await at(port, "AT+QIACT=1")).toBe("\r\nOK\r\n");
    expect(await at(port, "AT+QIACT?")).toContain('+QIACT: 1,1,3,"10.64.7.8","2001:db8:7:8::2"');
    expect(await at(port, "AT+CGPADDR=1")).toContain(
      '+CGPADDR: 1,"10.64.7.8","32.1.13.184.0.7.0.8.0.0.0.0.0.0.0.2"',
    );
    for (const target of ["8.8.8.8", "2001:4860:4860::8888"]) {
      expect(await at(port, `AT+QPING=1,"${target}",4,4`)).toBe("\r\nOK\r\n");
      const urcs = await readUntil(port, /\+QPING: 0,4,4,0,\d+,\d+,\d+\r\n$/);
      expect(urcs.match(new RegExp(`\\+QPING: 0,"${target}",32,\\d+,114`, "g"))).toHaveLength(4);
    }
    expect(await at(port, "AT+QIDEACT=1")).toBe("\r\nOK\r\n");
    await at(port, 'AT+QPING=1,"8.8.8.8",4,4');
    expect(await readUntil(port, /\+QPING: \d+\r\n/)).toContain("+QPING: 561");
  });

  it("loses pings of a family that does not get through", async () => {
    const scenario = await changed("healthy", ({ network }) => ({
      network: { ...network, pingable: ["ipv4"] },
    }));
    const { port } = await portOf(scenario);
    await at(port, "AT+QIACT=1");
    await at(port, 'AT+QPING=1,"2001:4860:4860::8888",4,4');
    expect(await readUntil(port, /\+QPING: \d+\r\n/)).toContain("+QPING: 569");
  });

  it("answers on both AT ports, each with its own echo, in the order of the commands", async () => {
    const { world, port } = await portOf(await scenarioNamed("healthy"));
    const other = await world.bus.openPort(await waitFor(world, isNormal), 3);
    await at(port, "ATE0");
    expect(await at(other, "AT")).toBe("AT\r\r\nOK\r\n");
    await port.write(new TextEncoder().encode("AT+CFUN?\rAT+CSQ\r"));
    expect(await readUntil(port, /OK[^]*OK\r\n/)).toMatch(/\+CFUN: 1[^]*OK[^]*\+CSQ: 30,99[^]*OK/);
    expect(moduleOf(world).recorder.atCommands()).toEqual(["ATE0", "AT", "AT+CFUN?", "AT+CSQ"]);
    expect(moduleOf(world).recorder.wroteAnything()).toBe(false);
  });

  it("cuts answers into odd pieces when the switch says so", async () => {
    const scenario = await changed("healthy", ({ switches }) => ({
      switches: { ...switches, atChunks: true },
    }));
    const { port } = await portOf(scenario);
    await port.write(new TextEncoder().encode("AT+QGMR\r"));
    expect((await port.read(1000))?.length).toBe(1);
    expect(await readUntil(port, /OK\r\n$/)).toContain("EC25AFAR05A07M4G_30.005.30.005");
  });

  it("boots with URCs, first .00.000, then whole and registered", async () => {
    // Far apart, so that a slow host meets each of them.
    const slow = { usbUpMs: 1, readyMs: 300_000, appReadyMs: 1_000_000, registerMs: 1_200_000 };
    const world = worldOf(await changed("healthy", ({ timing }) => ({ timing: { ...timing, ...slow } })));
    moduleOf(world).powerCycle();
    const port = await world.bus.openPort(await waitFor(world, isNormal), 2);
    await readUntil(port, /RDY\r\n/);
    expect(await at(port, "AT+QGMR")).toContain("EC25AFAR05A07M4G_30.005.00.000");
    expect(await readUntil(port, /PB DONE/)).toMatch(/\+CFUN: 1[^]*\+CPIN: READY[^]*\+QUSIM: 1[^]*SMS DONE/);
    let answer = "";
    while (!answer.includes("_30.005.30.005")) answer = await at(port, "AT+QGMR");
    while (!answer.includes("+CREG: 0,1")) answer = await at(port, "AT+CREG?");
  });

  it("says +CME ERROR: 10 without a SIM", async () => {
    const { port } = await portOf(
      await changed("healthy", ({ network }) => ({ network: { ...network, sim: "absent" } })),
    );
    expect(await at(port, "AT+CPIN?")).toContain("+CME ERROR: 10");
    expect(await at(port, "AT+CREG?")).toContain("+CREG: 0,4");
  });
});

it("a silent module takes commands and says nothing", async () => {
  const { world, port } = await portOf(await scenarioNamed("silent"));
  await port.write(new TextEncoder().encode("AT\r"));
  expect(await port.read(50)).toBeNull();
  expect(moduleOf(world).recorder.atCommands()).toEqual(["AT"]);
});

it("NMEA streams sentences while a host listens", async () => {
  const { port } = await portOf(await scenarioNamed("healthy"), 1);
  expect(await readUntil(port, /\$GPGGA[^\r]*\r\n\$GPGGA/)).toContain("*66");
});
