import { existsSync, lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { EcflashError } from "../../src/core/errors.js";
import type { Pty } from "../../src/core/pty.js";
import { latin1, toLatin1 } from "../../src/protocol/at/lines.js";
import { diagFrame } from "../../src/protocol/diag.js";
import { decodeSahara } from "../../src/protocol/sahara.js";
import { WAITING_LIMIT } from "../../src/sim/pty/port.js";
import { servePty } from "../../src/sim/pty/server.js";
import { serveUsbip } from "../../src/sim/usbip/server.js";
import type { Scheduler } from "../../src/sim/scheduler.js";
import type { UsbModule } from "../../src/sim/usb-module.js";
import { moduleOf, QUIET_MS, realClock, scenarioNamed, worldOf } from "./host.js";
import { UsbipClient } from "./usbip-client.js";

/** A terminal in memory: room for some bytes, and a program that opens, reads and writes when the test says so. */
class FakePty implements Pty {
  readonly path: string;
  room = 4096;
  broken = false;
  open = true;
  heard: number[] = [];
  #program = false;
  #written: number[] = [];

  constructor(path: string) {
    this.path = path;
  }

  get text(): string {
    return latin1(Uint8Array.from(this.heard));
  }

  /** Bytes of the program that the module did not take yet. */
  get waiting(): number {
    return this.#written.length;
  }

  says(bytes: Uint8Array): void {
    this.#program = true;
    this.#written.push(...bytes);
  }

  opened(): void {
    this.#program = true;
  }

  closed(): void {
    this.#program = false;
  }

  read(): Uint8Array | null {
    if (this.broken) throw new Error("the terminal broke");
    if (this.#written.length > 0) return Uint8Array.from(this.#written.splice(0, 3));
    return this.#program ? new Uint8Array() : null;
  }

  write(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.room);
    this.room -= taken;
    this.heard.push(...bytes.subarray(0, taken));
    return taken;
  }

  close(): void {
    this.open = false;
  }
}

interface Served {
  readonly modules: readonly UsbModule[];
  readonly scheduler: Scheduler;
}

async function served(world: Served, directory = mkdtempSync(join(tmpdir(), "ecflash-pty-"))) {
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const made = new Map<string, FakePty>();
  const openPty = async () => {
    const pty = new FakePty(`/dev/pts/virtual${made.size}`);
    made.set(pty.path, pty);
    return pty;
  };
  const server = await servePty(world, { directory, openPty });
  onTestFinished(async () => server.close().catch(() => undefined));
  /** The terminal behind a name, as a program that opens the name finds it. */
  const at = (name: string): FakePty => {
    const pty = made.get(readlinkSync(join(directory, name)));
    if (pty === undefined) throw new Error(`${name} leads nowhere`);
    return pty;
  };
  return { server, directory, at, made, names: () => readdirSync(directory).sort() };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    await realClock.sleep(2);
    if (performance.now() > end) throw new Error(`never: ${what}`);
  }
}

const FOUR = [0, 1, 2, 3].map((number) => `1-1.2-ttyUSB${number}`);

describe("a module on pseudo-terminals", () => {
  it("has its four ports under names that say what they are, and answers on them", async () => {
    const { server, at, names, directory } = await served(worldOf(await scenarioNamed("wrong-variant")));
    expect(names()).toEqual(FOUR);
    expect(server.modules).toEqual([
      {
        portPath: "1-1.2",
        ports: ["DM", "NMEA", "AT", "modem"].map((role, number) => ({
          role,
          path: join(directory, `1-1.2-ttyUSB${number}`),
        })),
      },
    ]);
    const port = at("1-1.2-ttyUSB2");
    port.says(toLatin1("ATI\r"));
    await until("the answer", () => /OK\r\n$/.test(port.text));
    expect(port.text).toBe("ATI\r\r\nQuectel\r\nEC25\r\nRevision: EC25EFAR06A11M4G\r\n\r\nOK\r\n");
  });

  it("leaves with all its ports and comes back in EDL with one that says HELLO", async () => {
    const { at, names, made } = await served(worldOf(await scenarioNamed("wrong-variant")));
    const dm = at("1-1.2-ttyUSB0");
    dm.says(diagFrame("enterEdl"));
    await until("the ports are gone", () => !dm.open);
    expect(Uint8Array.from(dm.heard)).toEqual(diagFrame("enterEdl"));
    expect([...made.values()].slice(0, 4).map(({ open }) => open)).toEqual([false, false, false, false]);
    await until("EDL", () => names().length === 1);
    expect(names()).toEqual(["1-1.2-ttyUSB0"]);
    const edl = at("1-1.2-ttyUSB0");
    await realClock.sleep(QUIET_MS);
    expect(edl.heard).toEqual([]);
    edl.opened();
    await until("HELLO", () => edl.heard.length > 0);
    expect(decodeSahara(Uint8Array.from(edl.heard))).toMatchObject({ kind: "hello" });
  });

  it.each(["dump", "fastboot"])(
    "has no port in %s, of which no kernel makes one that answers",
    async (name) => {
      const { names, server } = await served(worldOf(await scenarioNamed(name)));
      expect(names()).toEqual([]);
      expect(server.modules).toEqual([{ portPath: "1-1.2", ports: [] }]);
    },
  );

  it("has its ports where its composition puts them", async () => {
    const { server } = await served(worldOf(await scenarioNamed("rndis")));
    const ports = server.modules[0]?.ports.map(({ role, path }) => `${role} ${path.slice(-7)}`);
    expect(ports).toEqual(["DM ttyUSB2", "NMEA ttyUSB3", "AT ttyUSB4", "modem ttyUSB5"]);
  });

  it("takes its names away at the end and keeps the world", async () => {
    const world = worldOf(await scenarioNamed("healthy"));
    const { server, names, made } = await served(world);
    await server.close();
    expect(names()).toEqual([]);
    expect([...made.values()].map(({ open }) => open)).toEqual([false, false, false, false]);
    expect(moduleOf(world).device?.deviceNumber).toBe(4);
    expect(moduleOf(world).pipe(2)?.held).toBe(false);
  });

  it("replaces the name a killed process left behind, and touches nothing else of that name", async () => {
    const directory = mkdtempSync(join(tmpdir(), "ecflash-pty-"));
    symlinkSync("/dev/pts/gone", join(directory, "1-1.2-ttyUSB2"));
    const { at } = await served(worldOf(await scenarioNamed("healthy")), directory);
    expect(at("1-1.2-ttyUSB2").open).toBe(true);

    const other = mkdtempSync(join(tmpdir(), "ecflash-pty-"));
    writeFileSync(join(other, "1-1.2-ttyUSB2"), "mine");
    await expect(served(worldOf(await scenarioNamed("healthy")), other)).rejects.toMatchObject({
      code: "port-unavailable",
    });
    expect(lstatSync(join(other, "1-1.2-ttyUSB2")).isFile()).toBe(true);
    expect(readdirSync(other)).toEqual(["1-1.2-ttyUSB2"]);
  });

  it("fails with what the host said when it gives no terminal, and leaves no name", async () => {
    const directory = mkdtempSync(join(tmpdir(), "ecflash-pty-"));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const openPty = () =>
      Promise.reject(new EcflashError("native-missing", { library: "x", reason: "no such module" }));
    const world = worldOf(await scenarioNamed("healthy"));
    await expect(servePty(world, { directory, openPty })).rejects.toMatchObject({ code: "native-missing" });
    expect(readdirSync(directory)).toEqual([]);
  });

  it("ends when a terminal breaks", async () => {
    const { server, at, names } = await served(worldOf(await scenarioNamed("healthy")));
    at("1-1.2-ttyUSB2").broken = true;
    await expect(server.ended).rejects.toThrow("the terminal broke");
    expect(names()).toEqual([]);
  });
});

describe("who has a port open", () => {
  it("nobody: nothing is said to it, and boot lines are not kept for later", async () => {
    const world = worldOf(await scenarioNamed("healthy"), { timeScale: 0.0001 });
    const { at } = await served(world);
    const [nmea, port] = [at("1-1.2-ttyUSB1"), at("1-1.2-ttyUSB2")];
    await realClock.sleep(QUIET_MS);
    expect([nmea.heard, port.heard]).toEqual([[], []]);
    expect(moduleOf(world).pipe(1)?.held).toBe(false);
    nmea.opened();
    await until("a sentence", () => nmea.text.includes("\r\n"));
    nmea.closed();
    await until("it is let go", () => moduleOf(world).pipe(1)?.held === false);
    const heard = nmea.heard.length;
    await realClock.sleep(QUIET_MS);
    expect(nmea.heard).toHaveLength(heard);
  });

  it("a program that writes and leaves at once is heard", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const { at } = await served(world);
    at("1-1.2-ttyUSB2").says(toLatin1("AT\r"));
    at("1-1.2-ttyUSB2").closed();
    await until("the command", () => moduleOf(world).recorder.atCommands().includes("AT"));
  });
});

describe("a program that does not read", () => {
  it("NMEA: keeps the newest sentences and no more, and sees it close", async () => {
    const world = worldOf(await scenarioNamed("healthy"), { timeScale: 0.0001 });
    const { at } = await served(world);
    const nmea = at("1-1.2-ttyUSB1");
    nmea.opened();
    await until("the terminal is full", () => nmea.room === 0);
    const pipe = moduleOf(world).pipe(1);
    await until("the limit is reached", () => (pipe?.queued.length ?? 0) >= WAITING_LIMIT);
    await realClock.sleep(QUIET_MS);
    expect(pipe?.queued.length).toBeLessThanOrEqual(WAITING_LIMIT + 1);
    const full = nmea.heard.length;
    nmea.room = 100_000;
    await until("it goes on", () => nmea.heard.length > full);
    expect(nmea.text.replaceAll("$GPGGA,,,,,,0,,,,,,,,*66\r\n", "")).toMatch(/^[^$]*$/);
    nmea.room = 0;
    nmea.closed();
    await until("it is let go", () => pipe?.held === false);
  });

  it("AT: takes no more commands until it reads, and loses none", async () => {
    const world = worldOf(await scenarioNamed("healthy"));
    const { at } = await served(world);
    const port = at("1-1.2-ttyUSB2");
    port.room = 10;
    const commands = 4 * WAITING_LIMIT;
    port.says(toLatin1("AT\r".repeat(commands)));
    const pipe = moduleOf(world).pipe(2);
    await until("the limit is reached", () => (pipe?.queued.length ?? 0) >= WAITING_LIMIT);
    port.says(toLatin1("AT\r"));
    await realClock.sleep(QUIET_MS);
    expect(port.waiting).toBeGreaterThan(0);
    port.room = 1_000_000;
    const all = "AT\r\r\nOK\r\n".repeat(commands + 1);
    await until("all answers", () => port.text.length >= all.length);
    expect(port.text).toBe(all);
    expect(port.waiting).toBe(0);
  });
});

describe("both attachments of one world", () => {
  it("a USB/IP client takes a module from its serial ports, and they come back when it lets go", async () => {
    const world = worldOf(await scenarioNamed("two-modules"));
    const { server, names, at } = await served(world);
    const given = (portPath: string, toClient: boolean) => server.give(portPath, toClient);
    const usbip = await serveUsbip(world, { host: "127.0.0.1", port: 0, given });
    onTestFinished(() => usbip.close());
    const other = [0, 1, 2, 3].map((number) => `1-1.3-ttyUSB${number}`);
    expect(names()).toEqual([...FOUR, ...other]);
    const before = at("1-1.2-ttyUSB2");
    before.opened();
    await until("a program holds it", () => world.modules[0]?.pipe(2)?.held === true);
    const client = await UsbipClient.connect(usbip.port);
    expect(await client.import("1-1.2")).toBe(0);
    expect(names()).toEqual(other);
    expect(before.open).toBe(false);
    expect(world.modules[0]?.pipe(2)?.held).toBe(false);
    client.close();
    await until("they are back", () => names().length === 8);
    expect(existsSync(join(server.directory, "1-1.2-ttyUSB2"))).toBe(false);
    expect(at("1-1.2-ttyUSB2").open).toBe(true);
    at("1-1.2-ttyUSB2").opened();
    await until("a program holds it", () => world.modules[0]?.pipe(2)?.held === true);
  });
});
