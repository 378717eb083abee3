import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Clock, Endpoint, Port, UsbDevice } from "../../src/core/bus.js";
import type { Geometry, PartitionMap, SectorRange } from "../../src/core/maps.js";
import { isEcflashError } from "../../src/core/errors.js";
import { sectorsOf } from "../../src/core/maps.js";
import { latin1, toLatin1 } from "../../src/protocol/at/lines.js";
import { diagFrame } from "../../src/protocol/diag.js";
import { decodeSahara, encodeSahara, type SaharaPacket } from "../../src/protocol/sahara.js";
import { type FirehoseElement, FirehoseReader } from "../../src/protocol/firehose/xml.js";
import * as firehose from "../../src/protocol/firehose/commands.js";
import { parseRawprogram } from "../../src/protocol/rawprogram.js";
import { loadScenario } from "../../src/manifest/scenarios.js";
import { fill } from "../../src/sim/vendor/content.js";
import { wrapInElf } from "../../src/sim/edl/programmer.js";
import type { Fault } from "../../src/sim/faults.js";
import type { ModuleSetup, Scenario, Switches } from "../../src/sim/scenario.js";
import { createWorld, type World } from "../../src/sim/world.js";

/** Host steps written by hand, apart from the code that real flashing uses: the model must not be tested with its own twin. */

const SCENARIOS = join(fileURLToPath(new URL("../../", import.meta.url)), "manifests", "scenarios");
export const FAST = 0.001;
export const DEADLINE_MS = 5000;
/** Long enough that what the model does at once has come, for "nothing comes". */
export const QUIET_MS = 60;

export const realClock: Clock = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};

export async function scenarioNamed(name: string): Promise<Scenario> {
  return loadScenario(SCENARIOS, name);
}

/** A scenario with its first module changed. */
export async function changed(
  name: string,
  change: (setup: ModuleSetup) => Partial<ModuleSetup>,
): Promise<Scenario> {
  const scenario = await scenarioNamed(name);
  const [first, ...others] = scenario.modules;
  if (first === undefined) throw new Error("no module");
  return { ...scenario, modules: [{ ...first, ...change(first) }, ...others] };
}

export function worldOf(
  scenario: Scenario,
  options: { dir?: string; timeScale?: number; clock?: Clock } = {},
): World {
  return createWorld({ scenario, clock: realClock, timeScale: FAST, ...options });
}

export const fault = (name: Fault["name"], at: Partial<Fault["at"]>, more: Partial<Fault> = {}): Fault => ({
  name,
  at: { item: "program", partition: null, nth: 1, afterBytes: 0, ...at },
  times: 1,
  returnMs: null,
  revision: null,
  ...more,
});

export async function faulty(...faults: Fault[]): Promise<World> {
  return worldOf(await changed("wrong-variant", () => ({ faults })));
}

export async function switched(switches: Partial<Switches>, ...faults: Fault[]): Promise<World> {
  return worldOf(
    await changed("wrong-variant", (setup) => ({ faults, switches: { ...setup.switches, ...switches } })),
  );
}

export function moduleOf(world: World) {
  const [module] = world.modules;
  if (module === undefined) throw new Error("no module");
  return module;
}

/** By the world's own clock, so that it may be a virtual one. */
export async function waitFor(world: World, wanted: (device: UsbDevice) => boolean): Promise<UsbDevice> {
  const found = await world.scheduler.until(
    () => world.modules.flatMap(({ device }) => (device !== null && wanted(device) ? [device] : []))[0],
    DEADLINE_MS,
  );
  if (found === undefined) throw new Error("the module did not come");
  return found;
}

export async function waitUntilGone(world: World): Promise<void> {
  await world.scheduler.until(
    () => world.modules.every(({ device }) => device === null) || undefined,
    DEADLINE_MS,
  );
}

export const isNormal = (device: UsbDevice) => device.vendorId === 0x2c7c && device.interfaces.length > 1;
export const isEdl = (device: UsbDevice) => device.vendorId === 0x05c6 && device.productId === 0x9008;

/** What a port says until `end` is in it. */
export async function readUntil(port: Port, end: RegExp): Promise<string> {
  let text = "";
  while (!end.test(text)) {
    const bytes = await port.read(DEADLINE_MS);
    if (bytes === null) throw new Error(`silence after ${JSON.stringify(text)}`);
    text += latin1(bytes);
  }
  return text;
}

/** One command and its whole answer, as raw text. */
export async function at(port: Port, command: string): Promise<string> {
  await port.write(toLatin1(`${command}\r`));
  return readUntil(port, /\r\n(OK|ERROR|\+CME ERROR: [^\r]+)\r\n$/);
}

/** An AT port of a module that has booted, echo off, behind all its boot URCs. */
export async function bootedPort(world: World): Promise<Port> {
  const port = await world.bus.openPort(await waitFor(world, isNormal), 2);
  const end = performance.now() + DEADLINE_MS;
  let text = "";
  while (!/_\d+\.\d+\.(?!00\.000)\d+\.\d+\r\n\r\nOK/.test(text)) {
    if (performance.now() > end) throw new Error(`not booted: ${JSON.stringify(text)}`);
    await port.write(toLatin1("ATE0;+QGMR\r"));
    text = "";
    for (let bytes = await port.read(QUIET_MS); bytes !== null; bytes = await port.read(QUIET_MS))
      text += latin1(bytes);
  }
  return port;
}

export async function enterEdl(world: World, from?: UsbDevice): Promise<UsbDevice> {
  const device = from ?? (await waitFor(world, isNormal));
  const port = await world.bus.openPort(device, 0);
  await port.write(diagFrame("enterEdl"));
  const edl = await waitFor(world, (found) => isEdl(found) && found.portPath === device.portPath);
  await port.close();
  return edl;
}

export class EdlHost {
  readonly endpoint: Endpoint;
  readonly #reader = new FirehoseReader();
  readonly #elements: FirehoseElement[] = [];
  readonly logs: string[] = [];

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  async sahara(): Promise<SaharaPacket> {
    const packet = decodeSahara(await this.endpoint.read(4096, DEADLINE_MS));
    if (packet === null) throw new Error("no Sahara packet");
    return packet;
  }

  async send(bytes: Uint8Array, endWithZeroLength = false): Promise<void> {
    await this.endpoint.write(bytes, { deadlineMs: DEADLINE_MS, endWithZeroLength });
  }

  async sendSahara(packet: SaharaPacket): Promise<void> {
    await this.send(encodeSahara(packet));
  }

  async hello(mode: number): Promise<void> {
    await this.sendSahara({ kind: "hello-response", version: 2, compatible: 1, status: 0, mode });
  }

  async chipSerial(): Promise<number> {
    await this.sahara();
    await this.hello(3);
    await this.sahara();
    await this.sendSahara({ kind: "execute", command: 1 });
    await this.sahara();
    await this.sendSahara({ kind: "execute-data", command: 1 });
    const bytes = await this.endpoint.read(4, DEADLINE_MS);
    await this.sendSahara({ kind: "switch-mode", mode: 0 });
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  }

  /** Answers READ_DATA until END_IMAGE. @returns the requests and the end. */
  async upload(image: Uint8Array): Promise<SaharaPacket[]> {
    await this.sahara();
    await this.hello(0);
    const said: SaharaPacket[] = [];
    for (;;) {
      const packet = await this.sahara();
      said.push(packet);
      if (packet.kind !== "read-data" && packet.kind !== "read-data-64") return said;
      await this.send(image.subarray(packet.offset, packet.offset + packet.lengthBytes));
    }
  }

  async startProgrammer(image = PROGRAMMER): Promise<void> {
    await this.upload(image);
    await this.sendSahara({ kind: "done" });
    await this.sahara();
    await this.greeting();
  }

  async greeting(): Promise<void> {
    while (!this.logs.some((line) => line.startsWith("Supported Functions"))) await this.#fill();
  }

  async configure(payloadBytes = 8192): Promise<FirehoseElement> {
    return this.command(firehose.configureCommand(payloadBytes));
  }

  async command(xml: string): Promise<FirehoseElement> {
    await this.send(toLatin1(xml));
    return this.response();
  }

  /** The next transfer as it comes, when it comes soon; null when nothing does. */
  async soon(): Promise<Uint8Array | null> {
    try {
      return await this.endpoint.read(65_536, QUIET_MS);
    } catch (error) {
      if (isEcflashError(error, "transfer-timeout")) return null;
      throw error;
    }
  }

  /** The next response; logs before it are kept. */
  async response(): Promise<FirehoseElement> {
    for (;;) {
      const element = this.#elements.shift();
      if (element?.name === "response") return element;
      if (element === undefined) await this.#fill();
    }
  }

  async read(geometry: Geometry, range: SectorRange): Promise<Uint8Array> {
    const ack = await this.command(firehose.readCommand(geometry, range));
    if (ack.attributes["value"] !== "ACK") throw new Error(`read refused: ${this.logs.at(-1) ?? ""}`);
    const bytes = new Uint8Array((range.end - range.start) * geometry.pageSizeBytes);
    for (let at = 0; at < bytes.length; ) {
      const piece = await this.endpoint.read(bytes.length - at, DEADLINE_MS);
      bytes.set(piece, at);
      at += piece.length;
    }
    await this.response();
    return bytes;
  }

  async erase(geometry: Geometry, range: SectorRange): Promise<FirehoseElement> {
    return this.command(firehose.eraseCommand(geometry, range));
  }

  async program(
    geometry: Geometry,
    start: number,
    image: Uint8Array,
    transferBytes = 8192,
  ): Promise<FirehoseElement> {
    const pages = Math.ceil(image.length / geometry.pageSizeBytes);
    const padded = new Uint8Array(pages * geometry.pageSizeBytes);
    padded.set(image);
    const ack = await this.command(firehose.programCommand(geometry, { start, end: start + pages }, "image"));
    if (ack.attributes["value"] !== "ACK") return ack;
    for (let at = 0; at < padded.length; at += transferBytes)
      await this.send(padded.subarray(at, at + transferBytes));
    return this.response();
  }

  async reset(delaySeconds = 10): Promise<FirehoseElement> {
    return this.command(firehose.resetCommand(delaySeconds));
  }

  async #fill(): Promise<void> {
    for (const element of this.#reader.push(await this.endpoint.read(65536, DEADLINE_MS))) {
      if (element.name === "log") this.logs.push(element.attributes["value"] ?? "");
      else this.#elements.push(element);
    }
  }
}

export const PROGRAMMER = wrapInElf(fill(3, "programmer", 20_000));

export async function edlHost(world: World, device?: UsbDevice): Promise<EdlHost> {
  const found = device ?? (await waitFor(world, isEdl));
  return new EdlHost(await world.bus.openEndpoint(found, 0));
}

/** From normal mode to a configured programmer. */
export async function ready(world: World, edl?: UsbDevice): Promise<EdlHost> {
  const host = await edlHost(world, edl ?? (await enterEdl(world)));
  await host.startProgrammer();
  await host.configure();
  return host;
}

/** A whole package in the safe order: SBL erased first and programmed last. */
export async function flashTree(host: EdlHost, revision: string, tree: ReadonlyMap<string, Uint8Array>) {
  const [path, bytes] = [...tree].find(([name]) => name.includes("/rawprogram_")) ?? [];
  if (path === undefined || bytes === undefined) throw new Error("no rawprogram");
  const { geometry, elements } = parseRawprogram(new TextDecoder().decode(bytes), path);
  const sblLast = (start: number) => (start === 0 ? 1 : 0);
  const erases = elements.filter(({ kind }) => kind === "erase");
  const programs = elements.filter((element) => element.kind === "program");
  for (const { startSector, sectorCount } of [...erases].sort(
    (a, b) => sblLast(b.startSector) - sblLast(a.startSector),
  ))
    await host.erase(geometry, { start: startSector, end: startSector + sectorCount });
  for (const element of [...programs].sort((a, b) => sblLast(a.startSector) - sblLast(b.startSector))) {
    const image = tree.get(`${revision}/${element.path}`);
    if (image === undefined) throw new Error(element.path);
    await host.program(geometry, element.startSector, image);
  }
}

export function rangeOf(map: PartitionMap, geometry: Geometry, name: string): SectorRange {
  const partition = map.partitions.find((candidate) => candidate.name === name);
  if (partition === undefined) throw new Error(name);
  return sectorsOf(partition, geometry);
}
