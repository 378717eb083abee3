import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { UsbDevice } from "../../src/core/bus.js";
import { latin1, toLatin1 } from "../../src/protocol/at/lines.js";
import { diagFrame } from "../../src/protocol/diag.js";
import type { Switches } from "../../src/sim/scenario.js";
import { openWorld, type World } from "../../src/sim/world.js";
import {
  at,
  bootedPort,
  changed,
  DEADLINE_MS,
  edlHost,
  FAST,
  isEdl,
  isNormal,
  moduleOf,
  PROGRAMMER,
  realClock,
  scenarioNamed,
  waitFor,
  worldOf,
} from "./host.js";

const isFastboot = ({ vendorId, productId }: UsbDevice) => vendorId === 0x18d1 && productId === 0xd00d;
const roles = (world: World) => moduleOf(world).device?.interfaces.map(({ role }) => role);
const RNDIS_ROLES = ["rndis", "rndis-data", "dm", "nmea", "at", "modem"];

async function withSwitches(name: string, switches: Partial<Switches>) {
  return changed(name, (setup) => ({ switches: { ...setup.switches, ...switches } }));
}

describe("a composition", () => {
  it("shows at the next start, not when it is written and not in another process", async () => {
    const dir = mkdtempSync(join(tmpdir(), "ecflash-composition-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const world = worldOf(await scenarioNamed("healthy"), { dir });
    const before = await waitFor(world, isNormal);
    const port = await bootedPort(world);
    await at(port, 'AT+QCFG="usbnet",3');
    expect(await world.bus.list()).toEqual([before]);
    const again = openWorld(dir, { clock: realClock, timeScale: FAST });
    expect(await again.bus.list()).toEqual([before]);
    moduleOf(again).powerCycle();
    await waitFor(again, isNormal);
    expect(roles(again)).toEqual(RNDIS_ROLES);
  });

  it("puts DIAG and AT on the interfaces its descriptors say", async () => {
    const world = worldOf(await scenarioNamed("rndis"));
    const device = await waitFor(world, isNormal);
    const port = await world.bus.openPort(device, 4);
    expect(await at(port, 'ATE0;+QCFG="usbnet"')).toContain('+QCFG: "usbnet",3');
    await port.close();
    await expect(world.bus.openPort(device, 0)).rejects.toMatchObject({ code: "port-unavailable" });
    const dm = await world.bus.openPort(device, 2);
    await dm.write(diagFrame("enterEdl"));
    await waitFor(world, isEdl);
  });

  it("without AT and modem ports has nobody to ask", async () => {
    const scenario = await changed("healthy", ({ nv }) => ({
      nv: { ...nv, usbcfg: { ...nv.usbcfg, at: false, modem: false } },
    }));
    const world = worldOf(scenario);
    const device = await waitFor(world, isNormal);
    expect(device.interfaces.map(({ tty }) => tty)).toEqual(["/dev/ttyUSB0", "/dev/ttyUSB1", null]);
  });
});

describe("fastboot", () => {
  async function inFastboot(world: World) {
    const port = await bootedPort(world);
    expect(await at(port, "AT+QFASTBOOT")).toContain("OK");
    return waitFor(world, isFastboot);
  }

  /** One command and its answers, up to the one that ends it. */
  async function fastboot(world: World, device: UsbDevice, command: string): Promise<string[]> {
    const endpoint = await world.bus.openEndpoint(device, 0);
    await endpoint.write(toLatin1(command), { deadlineMs: DEADLINE_MS });
    const said: string[] = [];
    while (!/^(OKAY|FAIL)/.test(said.at(-1) ?? "")) said.push(latin1(await endpoint.read(64, DEADLINE_MS)));
    await endpoint.close();
    return said;
  }

  it("comes after AT+QFASTBOOT at the same port path, and a reboot leads out", async () => {
    const world = worldOf(await scenarioNamed("healthy"));
    const nandHash = moduleOf(world).nandHash();
    const device = await inFastboot(world);
    expect(device).toMatchObject({ portPath: "1-1.2", bcdDevice: 0x0100, product: "Android" });
    expect(await fastboot(world, device, "getvar:version")).toEqual(["OKAY0.4"]);
    expect(await fastboot(world, device, "getvar:all")).toContain("INFOserialno:12345678");
    expect(await fastboot(world, device, "getvar:nothing")).toEqual(["OKAY"]);
    expect(await fastboot(world, device, "erase:boot")).toEqual(["FAILunknown command"]);
    expect(await fastboot(world, device, "reboot")).toEqual(["OKAY"]);
    await waitFor(world, isNormal);
    expect(moduleOf(world).nandHash()).toBe(nandHash);
  });

  it("starts again when it is asked to, as another device", async () => {
    const world = worldOf(await scenarioNamed("fastboot"));
    const device = await waitFor(world, isFastboot);
    await fastboot(world, device, "reboot-bootloader");
    await waitFor(world, (found) => isFastboot(found) && found.deviceNumber !== device.deviceNumber);
  });

  it("lasts between processes, and its way there too", async () => {
    const dir = mkdtempSync(join(tmpdir(), "ecflash-fastboot-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const world = worldOf(await scenarioNamed("healthy"), { dir });
    await at(await bootedPort(world), "AT+QFASTBOOT");
    const again = openWorld(dir, { clock: realClock, timeScale: FAST });
    const device = await waitFor(again, isFastboot);
    const third = openWorld(dir, { clock: realClock, timeScale: FAST });
    expect(await third.bus.list()).toEqual([device]);
    moduleOf(third).powerCycle();
    await waitFor(third, isNormal);
  });
});

describe("dump mode", () => {
  it.each([
    ["quectel", 0x2c7c, 0x0125],
    ["qualcomm", 0x05c6, 0x900e],
  ] as const)(
    "shows the ids of %s, answers nothing, and ends with the power",
    async (crashMode, vendorId, productId) => {
      const world = worldOf(await withSwitches("dump", { crashMode }));
      const device = await waitFor(world, ({ interfaces }) => interfaces.length === 1);
      expect(device).toMatchObject({ vendorId, productId, bcdDevice: 0, product: "QHSUSB__BULK" });
      await expect(world.bus.openPort(device, 0)).rejects.toMatchObject({ code: "port-unavailable" });
      moduleOf(world).powerCycle();
      await waitFor(world, isNormal);
    },
  );
});

describe("a device that is no EC25", () => {
  it("a phone in EDL says its own serial and chip, and refuses the programmer", async () => {
    const world = worldOf(await scenarioNamed("foreign-edl"));
    const [, phone] = world.modules;
    const device = await waitFor(world, (found) => isEdl(found) && found.portPath === phone?.portPath);
    const host = await edlHost(world, device);
    expect(await host.chipSerial()).toBe(2882400001);
    const said = await host.upload(PROGRAMMER);
    expect(said.at(-1)).toEqual({ kind: "end-image", image: 13, status: 0x21 });
    expect(phone?.programmer).toBeNull();
  });

  it.each([
    ["foreign-edl", 1],
    ["edl", 0],
  ])("%s: command mode tells module %i's chip", async (name, index) => {
    const world = worldOf(await scenarioNamed(name));
    const module = world.modules[index];
    const device = await waitFor(world, (found) => isEdl(found) && found.portPath === module?.portPath);
    const host = await edlHost(world, device);
    await host.sahara();
    await host.hello(3);
    await host.sahara();
    await host.sendSahara({ kind: "execute", command: 2 });
    expect(await host.sahara()).toEqual({ kind: "execute-response", command: 2, lengthBytes: 8 });
    await host.sendSahara({ kind: "execute-data", command: 2 });
    const bytes = await host.endpoint.read(8, DEADLINE_MS);
    const chip = `0x${Buffer.from(bytes).readBigUInt64LE().toString(16).padStart(16, "0")}`;
    expect(chip).toBe(world.scenario.modules[index]?.identity.chip);
    await host.sendSahara({ kind: "execute", command: 7 });
    expect(await host.sahara()).toMatchObject({ kind: "end-image", status: 1 });
  });

  it.each([
    ["clone", "BAIWANG\r\nQDC507\r\nRevision: QDC507GLEFM21\r\n", "BAIWANG", "Baiwang"],
    ["eg25-g", "Quectel\r\nEG25\r\nRevision: EG25GGBR07A08M2G\r\n", "Quectel", "EG25-G"],
    ["ec20-ce", "Quectel\r\nEC20F\r\nRevision: EC20CEFAR02A10M4G\r\n", "Android", "Android"],
    ["ec21", "Quectel\r\nEC21\r\nRevision: EC21EFAR06A01M4G\r\n", "Android", "Android"],
    ["custom-firmware", "Quectel\r\nEG25\r\nRevision: 0.5.1\r\n", "Android", "Android"],
  ])("%s answers and shows what it is", async (name, answer, manufacturer, product) => {
    const world = worldOf(await scenarioNamed(name));
    const port = await world.bus.openPort(await waitFor(world, isNormal), 2);
    expect(await at(port, "ATI")).toContain(answer);
    expect(await at(port, "AT+CFUN?")).toContain("+CFUN: 1");
    expect(moduleOf(world).device).toMatchObject({ manufacturer, product });
  });
});
