import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NV_DEFAULTS } from "../../src/sim/nv.js";
import type { World } from "../../src/sim/world.js";
import { openWorld } from "../../src/sim/world.js";
import {
  at,
  bootedPort,
  edlHost,
  enterEdl,
  FAST,
  isNormal,
  moduleOf,
  realClock,
  scenarioNamed,
  waitFor,
  worldOf,
} from "./host.js";

/** What the first worlds did not know. */
const YOUNGER = [
  "usbcfg",
  "nwscanseq",
  "nwscanmode",
  "networkScanMs",
  "longRevision",
  "hardwareVersion",
  "powerDown",
  "identity",
  "usbChoice",
  "usbStrings",
  "usbClass",
  "adbPlace",
  "crashMode",
];

const OK = "\r\nOK\r\n";

async function quietPort(world: World) {
  const port = await world.bus.openPort(await waitFor(world, isNormal), 2);
  await at(port, "ATE0");
  return port;
}

const sets: readonly (readonly [set: string, read: string, line: string])[] = [
  ['AT+QCFG="band",40,800', 'AT+QCFG="band"', '+QCFG: "band",0x40,0x800,0x0'],
  ['AT+QCFG="band",0x40,0x80A,0x0', 'AT+QCFG="band"', '+QCFG: "band",0x40,0x80a,0x0'],
  [
    'AT+QCFG="band",260,42000000000000381A,0,1',
    'AT+QCFG="band"',
    '+QCFG: "band",0x260,0x42000000000000381a,0x0',
  ],
  ['AT+QCFG="band",0,4', 'AT+QCFG="band"', '+QCFG: "band",0x260,0x4,0x0'],
  ['AT+QCFG="band",20,40000000', 'AT+QCFG="band"', '+QCFG: "band",0x20,0x80a,0x0'],
  ['at+qcfg="nwscanseq",0301', 'AT+QCFG="nwscanseq"', '+QCFG: "nwscanseq",0301'],
  ['AT+QCFG="nwscanmode",3,1', 'AT+QCFG="nwscanmode"', '+QCFG: "nwscanmode",3'],
  ['AT+QCFG="usbnet",2', 'AT+QCFG="usbnet"', '+QCFG: "usbnet",2'],
  [
    'AT+QCFG="usbcfg",0x2C7C,0x0125,1,1,1,1,1,1,0',
    'AT+QCFG="usbcfg"',
    '+QCFG: "usbcfg",0x2C7C,0x125,1,1,1,1,1,1,0',
  ],
];

describe("AT+QCFG sets", () => {
  it.each(sets)("%s is read back", async (set, read, line) => {
    const port = await quietPort(worldOf(await scenarioNamed("healthy")));
    expect(await at(port, set)).toBe(OK);
    expect(await at(port, read)).toBe(`\r\n${line}\r\n${OK}`);
  });

  it.each([
    'AT+QCFG="band",xyz,80a',
    'AT+QCFG="band",260',
    'AT+QCFG="band",260,80a,0,1,1',
    'AT+QCFG="nwscanseq",0409',
    'AT+QCFG="nwscanmode",9',
    'AT+QCFG="usbnet",4',
    'AT+QCFG="usbnet",1,1',
    'AT+QCFG="usbcfg",0x2C7C,0x125,1,1,1,1,1,0',
    'AT+QCFG="usbcfg",0x2C7C,0x12500,1,1,1,1,1,0,0',
    'AT+QCFG="usbcfg",0x2C7C,0x125,1,1,2,1,1,0,0',
    'AT+QCFG="nosuch",1',
    'AT+QCFG="nosuch"',
  ])("%s is an ERROR and changes nothing", async (set) => {
    const world = worldOf(await scenarioNamed("healthy"));
    const before = moduleOf(world).memory.nv;
    expect(await at(await quietPort(world), set)).toBe("\r\nERROR\r\n");
    expect(moduleOf(world).memory.nv).toEqual(before);
  });

  it("last over a power cycle, EDL and the process", async () => {
    const dir = mkdtempSync(join(tmpdir(), "ecflash-nv-"));
    try {
      const world = worldOf(await scenarioNamed("healthy"), { dir });
      const port = await quietPort(world);
      await at(port, 'AT+QCFG="band",260,8');
      await at(port, 'AT+QCFG="usbcfg",0x2C7C,0x125,1,1,1,1,0,0,0');
      const host = await edlHost(world, await enterEdl(world));
      await host.startProgrammer();
      await host.reset(1);
      await waitFor(world, isNormal);
      const again = openWorld(dir, { clock: realClock, timeScale: FAST });
      moduleOf(again).powerCycle();
      const later = await bootedPort(again);
      expect(await at(later, 'AT+QCFG="band"')).toContain('"band",0x260,0x8,0x0');
      expect(await at(later, 'AT+QCFG="usbcfg"')).toContain("0x125,1,1,1,1,0,0,0");
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});

describe("defaults of NV", () => {
  it("are the same in a scenario that says nothing and in the model", async () => {
    const [setup] = (await scenarioNamed("healthy")).modules;
    expect(setup?.nv).toMatchObject(NV_DEFAULTS);
  });

  it("fill a world of an ecflash that did not know them", async () => {
    const dir = mkdtempSync(join(tmpdir(), "ecflash-old-"));
    try {
      const before = await worldOf(await scenarioNamed("healthy"), { dir }).bus.list();
      const path = join(dir, "world.json");
      const text = readFileSync(path, "utf8");
      const old = JSON.parse(text, (key: string, value: unknown) =>
        YOUNGER.includes(key) ? undefined : value,
      ) as unknown;
      expect(JSON.stringify(old).length).toBeLessThan(text.length);
      writeFileSync(path, JSON.stringify(old));
      const again = openWorld(dir, { clock: realClock, timeScale: FAST });
      expect(moduleOf(again).memory.nv).toMatchObject(NV_DEFAULTS);
      expect(again.scenario).toEqual(await scenarioNamed("healthy"));
      expect(await again.bus.list()).toEqual(before);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
