import { describe, expect, it } from "vitest";
import { answerAt } from "../../src/sim/at/commands.js";
import { FRESH_PORT } from "../../src/sim/at/state.js";
import { answer, DONE, ERROR, quietPort } from "./at-host.js";
import { at, isNormal, readUntil, scenarioNamed, waitFor } from "./host.js";

describe("registration reports", () => {
  it.each([
    ["+CREG", 1, "+CREG: 0", "+CREG: 1"],
    ["+CEREG", 1, "+CEREG: 0", "+CEREG: 1"],
    ["+CGREG", 2, "+CGREG: 0", '+CGREG: 1,"0001","0000001",7'],
  ])("%s=%i: read form and URCs of flight mode and back", async (command, mode, off, on) => {
    const { port } = await quietPort("healthy");
    expect(await at(port, `AT${command}?`)).toBe(answer(`${command}: 0,1`));
    expect(await at(port, `AT${command}=${mode}`)).toBe(DONE);
    expect(await at(port, `AT${command}?`)).toBe(answer(on.replace(": ", `: ${mode},`)));
    await port.write(new TextEncoder().encode("AT+CFUN=4\r"));
    expect(await readUntil(port, /OK[^]*REG: \d\r\n/)).toBe(`${DONE}\r\n${off}\r\n`);
    await port.write(new TextEncoder().encode("AT+CFUN=1\r"));
    expect(await readUntil(port, /REG: 1[^\r]*\r\n/)).toBe(
      `${DONE}\r\n${off.replace(/\d$/, "2")}\r\n\r\n${on}\r\n`,
    );
  });

  it("are told on the port that asked, and not after it asked for silence", async () => {
    const { world, port } = await quietPort("healthy");
    const other = await world.bus.openPort(await waitFor(world, isNormal), 3);
    await at(other, "ATE0;+CREG=1");
    await at(port, "AT+CREG=1");
    await at(port, "AT+CREG=0");
    expect(await at(port, "AT+CFUN=0")).toBe(DONE);
    expect(await readUntil(other, /\+CREG: \d\r\n/)).toBe("\r\n+CREG: 0\r\n");
    expect(await at(port, "AT+CREG?")).toBe(answer("+CREG: 0,0"));
  });

  it("know no fourth mode", async () => {
    const { port } = await quietPort("healthy");
    expect(await at(port, "AT+CREG=3")).toBe(ERROR);
    expect(await at(port, "AT+CREG=?")).toBe(answer("+CREG: (0-2)"));
  });
});

describe("indications", () => {
  it('"act" is told when it is switched on, both with each change, none when off', async () => {
    const { port } = await quietPort("healthy");
    expect(await at(port, 'AT+QINDCFG="act"')).toBe(answer('+QINDCFG: "act",0'));
    await port.write(new TextEncoder().encode('AT+QINDCFG="act",1;+QINDCFG="csq",1,0\r'));
    expect(await readUntil(port, /QIND: [^\r]*\r\n/)).toBe(`${DONE}\r\n+QIND: "act","LTE"\r\n`);
    expect(await at(port, 'AT+QINDCFG="act"')).toBe(answer('+QINDCFG: "act",1'));
    await port.write(new TextEncoder().encode("AT+CFUN=4\r"));
    expect(await readUntil(port, /"csq"[^\r]*\r\n/)).toBe(
      `${DONE}\r\n+QIND: "act","UNKNOWN"\r\n\r\n+QIND: "csq",99,99\r\n`,
    );
    await at(port, 'AT+QINDCFG="act",0;+QINDCFG="csq",0');
    expect(await at(port, "AT+CFUN=1")).toBe(DONE);
    let registered = "";
    while (!registered.includes("0,1")) registered += await at(port, "AT+CREG?");
    expect(registered).not.toContain("+QIND");
  });

  it("know only their own names", async () => {
    const { port } = await quietPort("healthy");
    expect(await at(port, 'AT+QINDCFG="nosuch",1')).toBe(ERROR);
    expect(await at(port, 'AT+QINDCFG="ring"')).toBe(answer('+QINDCFG: "ring",1'));
    expect(await at(port, 'AT+QURCCFG="urcport","usbmodem"')).toBe(DONE);
  });
});

describe("operator and networks", () => {
  it("names the operator, or its digits when asked so", async () => {
    const { port } = await quietPort("healthy");
    expect(await at(port, "AT+COPS?")).toBe(answer('+COPS: 0,0,"Virtual Mobile",7'));
    expect(await at(port, "AT+COPS=3,2;+COPS?")).toBe(answer('+COPS: 0,2,"00101",7'));
    expect(await at(port, "AT+COPS=0")).toBe(DONE);
  });

  it("a scan blocks its port, not the other, and answers in turn", async () => {
    const { world, port } = await quietPort("healthy", ({ timing }) => ({
      timing: { ...timing, networkScanMs: 400_000 },
    }));
    const other = await world.bus.openPort(await waitFor(world, isNormal), 3);
    await at(other, "ATE0");
    await port.write(new TextEncoder().encode("AT+COPS=?\rAT\r"));
    expect(await at(other, "AT")).toBe(DONE);
    expect(await port.read(1)).toBeNull();
    expect(await readUntil(port, /OK[^]*OK\r\n$/)).toBe(
      `${answer('+COPS: (2,"Virtual Mobile","Virtual Mobile","00101",7),,(0-4),(0-2)')}${DONE}`,
    );
  });

  it("without radio there is no scan", async () => {
    const { port } = await quietPort("wrong-variant");
    expect(await at(port, "AT+COPS=?")).toBe(ERROR);
    expect(await at(port, "AT+CGATT=1")).toBe(ERROR);
  });
});

describe("power by AT", () => {
  it.each(["AT+QPOWD", "AT+QPOWD=1"])("%s says OK, POWERED DOWN, and is gone", async (command) => {
    const { world, port } = await quietPort("healthy", ({ timing }) => ({
      timing: { ...timing, leaveMs: 20_000 },
    }));
    await port.write(new TextEncoder().encode(`${command}\r`));
    expect(await readUntil(port, /DOWN\r\n/)).toBe(`${DONE}\r\nPOWERED DOWN\r\n`);
    while ((await world.bus.list()).length > 0);
  });

  it("may be refused", async () => {
    const { port } = await quietPort("healthy", ({ switches }) => ({
      switches: { ...switches, powerDown: "error" },
    }));
    expect(await at(port, "AT+QPOWD=1")).toBe(ERROR);
  });

  it("AT+CFUN=1,1 restarts also where going online is refused", async () => {
    const { world, port } = await quietPort("wrong-variant");
    const { deviceNumber } = await waitFor(world, isNormal);
    expect(await at(port, "AT+CFUN=1,1")).toBe(DONE);
    await waitFor(world, (device) => isNormal(device) && device.deviceNumber !== deviceNumber);
  });

  it.each([
    [1, "ok"],
    [5, "error"],
  ])("with CFUN %i the module's own copy of its NV is restored: %s", async (cfun, kind) => {
    const [module] = (await scenarioNamed("healthy")).modules;
    if (module === undefined) throw new Error("no module");
    const state = {
      revision: module.firmware.revision,
      hardwareCode: "EC25AFA",
      cfun,
      appReady: true,
      registered: false,
      registration: "searching" as const,
      imeiReadable: cfun === 1,
      nv: module.nv,
      network: module.network,
      dataCall: false,
    };
    const context = { ...state, port: FRESH_PORT, module };
    expect(answerAt("+QPRTPARA=3", context).kind).toBe(kind);
    expect(answerAt("+QPRTPARA=1", context).kind).toBe("ok");
  });
});
