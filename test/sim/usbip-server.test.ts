import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { latin1, toLatin1 } from "../../src/protocol/at/lines.js";
import { diagFrame } from "../../src/protocol/diag.js";
import { decodeSahara, encodeSahara } from "../../src/protocol/sahara.js";
import { encodeRequest } from "../../src/protocol/usbip/requests.js";
import type { EncapsulatedPort } from "../../src/sim/encapsulated-port.js";
import type { UsbModule } from "../../src/sim/usb-module.js";
import { serveUsbip, type UsbipOptions } from "../../src/sim/usbip/server.js";
import { descriptorBytes, hostFixture, type HostName } from "../device/sysfs-tree.js";
import { changed, moduleOf, QUIET_MS, realClock, scenarioNamed, worldOf } from "./host.js";
import { UsbipClient } from "./usbip-client.js";

const STALLED = -32;
const PROTOCOL = -71;
const UNLINKED = -104;
/** Endpoints of the default composition: DM, NMEA and AT. */
const DM = { in: 1, out: 1 };
const NMEA = { in: 2 };
const AT = { number: 2, in: 4, out: 3 };

async function served(name: string, options: Partial<UsbipOptions> = {}) {
  const world = worldOf(await scenarioNamed(name));
  const server = await serveUsbip(world, { host: "127.0.0.1", port: 0, ...options });
  onTestFinished(() => server.close());
  return { world, port: server.port };
}

async function imported(port: number, busid = "1-1.2"): Promise<UsbipClient> {
  // Between two modes nothing is there to import: a kernel's user asks again, too.
  for (let tries = 0; tries < 500; tries += 1) {
    const client = await UsbipClient.connect(port);
    onTestFinished(() => client.close());
    if ((await client.import(busid)) === 0) return client;
    await realClock.sleep(5);
  }
  throw new Error(`${busid} cannot be imported`);
}

const setup = { getDescriptor: [0x80, 6], setLineState: [0x21, 0x22] } as const;
const descriptor = (client: UsbipClient, value: number, length = 1024) =>
  client.control(...setup.getDescriptor, value, 0, length);
const dtr = (client: UsbipClient, interfaceNumber: number, on: boolean) =>
  client.control(...setup.setLineState, on ? 3 : 0, interfaceNumber, 0);

/** Text of the AT port until it ends so. */
async function say(client: UsbipClient, command: string): Promise<string> {
  await client.out(AT.out, toLatin1(`${command}\r`));
  let text = "";
  while (!/\r\n(OK|ERROR)\r\n$/.test(text)) text += latin1((await client.in(AT.in).done).data);
  return text;
}

/** Nothing that is due comes within a moment. */
async function isQuiet(done: Promise<unknown>): Promise<boolean> {
  return Promise.race([done.then(() => false), realClock.sleep(QUIET_MS).then(() => true)]);
}

async function switchToEdl(client: UsbipClient): Promise<void> {
  await client.out(DM.out, diagFrame("enterEdl"));
  expect(await client.ended).toBe("fin");
}

describe("a module over USB/IP: descriptors", () => {
  const inMode = async (name: HostName) => {
    const device = (await hostFixture(name)).devices["1-1"];
    if (device === undefined) throw new Error(`${name} has no 1-1`);
    return Buffer.from(descriptorBytes(device));
  };

  it("describes itself as the fixture of domain.md 3.1, 209 bytes of configuration", async () => {
    const { port } = await served("wrong-variant");
    const client = await imported(port);
    const device = Buffer.from((await descriptor(client, 0x0100)).data);
    const configuration = Buffer.from((await descriptor(client, 0x0200)).data);
    expect(configuration).toHaveLength(209);
    expect(Buffer.concat([device, configuration])).toEqual(await inMode("default-qmi"));
    expect((await descriptor(client, 0x0200, 9)).data).toEqual(Uint8Array.from(configuration.subarray(0, 9)));
    expect(Buffer.from((await descriptor(client, 0x0300)).data).toString("hex")).toBe("04030904");
    const product = Buffer.from((await descriptor(client, 0x0302)).data);
    expect(product.toString("utf16le", 2)).toBe("Android");
    expect((await descriptor(client, 0x0303)).status).toBe(STALLED);
  });

  it("describes itself as the fixture of domain.md 3.2 in EDL", async () => {
    const { port } = await served("edl");
    const client = await imported(port);
    const device = Buffer.from((await descriptor(client, 0x0100)).data);
    const configuration = Buffer.from((await descriptor(client, 0x0200)).data);
    expect(Buffer.concat([device, configuration])).toEqual(await inMode("edl"));
    const maker = Buffer.from((await descriptor(client, 0x0301)).data);
    expect(maker.toString("utf16le", 2)).toBe("Qualcomm CDMA Technologies MSM");
    // The boot ROM knows no CDC.
    expect((await dtr(client, 0, true)).status).toBe(STALLED);
  });

  it("answers the standard requests and stalls what nobody knows", async () => {
    const { port } = await served("healthy");
    const client = await imported(port);
    expect((await client.control(0x00, 9, 1, 0, 0)).status).toBe(0);
    expect((await client.control(0x80, 8, 0, 0, 1)).data).toEqual(Uint8Array.of(1));
    expect((await client.control(0x00, 9, 2, 0, 0)).status).toBe(STALLED);
    expect((await client.control(0x01, 11, 0, 4, 0)).status).toBe(0);
    expect((await client.control(0x01, 11, 1, 4, 0)).status).toBe(STALLED);
    expect((await client.control(0xc0, 0x33, 0, 0, 2)).status).toBe(STALLED);
    expect((await client.control(0xa1, 0x21, 0, 2, 7)).data).toEqual(Uint8Array.of(0, 0xc2, 1, 0, 0, 0, 8));
    const coding = Uint8Array.of(0x80, 0x25, 0, 0, 0, 0, 8);
    expect((await client.control(0x21, 0x20, 0, 2, coding)).actualBytes).toBe(7);
    expect((await client.control(0xa1, 0x21, 0, 2, 7)).data).toEqual(coding);
    expect((await client.control(0xa1, 0x21, 0, 9, 7)).status).toBe(STALLED);
  });

  it("halts an endpoint as long as the host wants it", async () => {
    const { port } = await served("healthy");
    const client = await imported(port);
    await client.control(0x02, 3, 0, 0x84, 0);
    expect((await client.control(0x82, 0, 0, 0x84, 2)).data).toEqual(Uint8Array.of(1, 0));
    expect((await client.in(AT.in).done).status).toBe(STALLED);
    await client.control(0x02, 1, 0, 0x84, 0);
    expect(await say(client, "AT")).toContain("OK");
    // An endpoint that does not exist.
    expect((await client.in(13).done).status).toBe(STALLED);
  });
});

describe("a module over USB/IP: transfers", () => {
  it("answers AT; an URB waits until there is something for it", async () => {
    const { port } = await served("wrong-variant");
    const client = await imported(port);
    const waiting = client.in(AT.in).done;
    expect(await isQuiet(waiting)).toBe(true);
    await client.out(AT.out, toLatin1("ATI\r"));
    expect(latin1((await waiting).data)).toBe(
      "ATI\r\r\nQuectel\r\nEC25\r\nRevision: EC25EFAR06A11M4G\r\n\r\nOK\r\n",
    );
  });

  it("gives an URB no more than it has room for, and the rest to the next", async () => {
    const { port } = await served("wrong-variant");
    const client = await imported(port);
    const parts = [client.in(AT.in, 5).done, client.in(AT.in).done];
    await client.out(AT.out, toLatin1("AT\r"));
    const [first, rest] = await Promise.all(parts);
    expect(latin1(first?.data ?? new Uint8Array())).toBe("AT\r\r\n");
    expect(latin1(rest?.data ?? new Uint8Array())).toBe("OK\r\n");
  });

  it("takes an empty transfer, and one that asks for an empty packet", async () => {
    const { port } = await served("wrong-variant");
    const client = await imported(port);
    expect(await client.out(AT.out, new Uint8Array())).toMatchObject({ status: 0, actualBytes: 0 });
    const wait = client.in(AT.in).done;
    expect(await client.out(AT.out, toLatin1("AT\r"), 0x40)).toMatchObject({ status: 0, actualBytes: 3 });
    expect(latin1((await wait).data)).toContain("OK");
  });

  it("unlinks an URB that waits, and says so of one that is done", async () => {
    const { port } = await served("wrong-variant");
    const client = await imported(port);
    const gone = client.in(AT.in);
    expect(await client.unlink(gone.sequence)).toBe(UNLINKED);
    expect(await client.unlink(gone.sequence)).toBe(0);
    expect(await say(client, "AT")).toContain("OK");
    expect(await isQuiet(gone.done)).toBe(true);
  });

  it("streams NMEA while DTR says that somebody listens, and not after", async () => {
    const { world, port } = await served("wrong-variant");
    const client = await imported(port);
    const first = client.in(NMEA.in).done;
    await dtr(client, 1, true);
    expect(latin1((await first).data)).toMatch(/^\$GPGGA/);
    await dtr(client, 1, false);
    expect(await isQuiet(client.in(NMEA.in).done)).toBe(true);
    expect(moduleOf(world).pipe(1)?.held).toBe(false);
  });

  it("lets go of every port when the client leaves", async () => {
    const { world, port } = await served("wrong-variant");
    const client = await imported(port);
    await dtr(client, AT.number, true);
    expect(moduleOf(world).pipe(AT.number)?.held).toBe(true);
    client.close();
    await imported(port);
    expect(moduleOf(world).pipe(AT.number)?.held).toBe(false);
  });
});

describe("a module over USB/IP: it leaves and comes back", () => {
  it("says its last words, fails every URB that waits, and ends with FIN", async () => {
    const { port } = await served("wrong-variant");
    const client = await imported(port);
    const echo = client.in(DM.in).done;
    const [second, other, interrupt] = [client.in(DM.in).done, client.in(AT.in).done, client.in(5, 10).done];
    await switchToEdl(client);
    expect((await echo).data).toEqual(diagFrame("enterEdl"));
    for (const urb of [second, other, interrupt]) expect((await urb).status).toBe(PROTOCOL);
  });

  it("is another device under the same busid, and each message is a transfer of its own", async () => {
    const { port } = await served("wrong-variant");
    await switchToEdl(await imported(port));
    const edl = await imported(port);
    expect((await descriptor(edl, 0x0100)).data.subarray(8, 12)).toEqual(Uint8Array.of(0xc6, 5, 8, 0x90));
    const hello = decodeSahara((await edl.in(1).done).data);
    expect(hello).toMatchObject({ kind: "hello", mode: 0 });
  });

  it("keeps what it was told while no client has it", async () => {
    const { port } = await served("edl");
    const first = await imported(port);
    expect(decodeSahara((await first.in(1).done).data)?.kind).toBe("hello");
    const command = encodeSahara({ kind: "hello-response", version: 2, compatible: 1, status: 0, mode: 3 });
    await first.out(1, command);
    first.close();
    const second = await imported(port);
    // Not HELLO again: the boot ROM is where the other host left it, its answer still unread.
    expect(decodeSahara((await second.in(1).done).data)?.kind).toBe("command-ready");
  });

  it("fails the transfer inside of which the cable is pulled", async () => {
    const at = { item: "sahara", partition: null, nth: 1, afterBytes: 20 } as const;
    const scenario = await changed("edl", () => ({
      faults: [{ name: "unplug", at, times: 1, returnMs: null, revision: null }],
    }));
    const server = await serveUsbip(worldOf(scenario), { host: "127.0.0.1", port: 0 });
    onTestFinished(() => server.close());
    const client = await imported(server.port);
    await client.in(1).done;
    await client.out(
      1,
      encodeSahara({ kind: "hello-response", version: 2, compatible: 1, status: 0, mode: 0 }),
    );
    await client.in(1).done;
    const waiting = client.in(1).done;
    expect((await client.out(1, new Uint8Array(52))).status).toBe(PROTOCOL);
    expect((await waiting).status).toBe(PROTOCOL);
    expect(await client.ended).toBe("fin");
    expect(await (await UsbipClient.connect(server.port)).list()).toEqual([]);
  });
});

describe("the USB/IP server", () => {
  it("takes the modules away as a pulled cable does when it is closed", async () => {
    const world = worldOf(await scenarioNamed("healthy"));
    const server = await serveUsbip(world, { host: "127.0.0.1", port: 0 });
    const client = await imported(server.port);
    expect(await say(client, "AT")).toContain("OK");
    const waiting = client.in(AT.in).done;
    // One behind it on the same connection has been answered: the server has it.
    await client.control(0x80, 8, 0, 0, 1);
    void server.close();
    expect((await waiting).status).toBe(PROTOCOL);
    expect(await client.ended).toBe("fin");
    await server.ended;
  });

  it("lists what is free, and gives a module to one client at a time", async () => {
    const { port } = await served("two-modules");
    const list = async () => (await UsbipClient.connect(port)).list();
    const [first, second] = await list();
    expect([first, second]).toEqual([
      expect.stringMatching(/^1-\S+ 2c7c:125 5$/),
      expect.stringMatching(/^1-\S+ 2c7c:125 5$/),
    ]);
    const busid = first?.split(" ")[0] ?? "";
    const client = await imported(port, busid);
    expect(await list()).toEqual([second]);
    expect(await (await UsbipClient.connect(port)).import(busid)).toBe(2);
    expect(await (await UsbipClient.connect(port)).import("9-9")).toBe(4);
    expect(await say(client, "AT")).toContain("OK");
  });

  it("listens on loopback alone unless told otherwise", async () => {
    const world = worldOf(await scenarioNamed("healthy"));
    for (const host of ["0.0.0.0", "::", "10.0.0.1"])
      await expect(serveUsbip(world, { host, port: 0 })).rejects.toMatchObject({ code: "usage" });
    const server = await serveUsbip(world, { host: "0.0.0.0", port: 0, allowRemote: true });
    await server.close();
  });

  it("says which address is taken", async () => {
    const { world, port } = await served("healthy");
    await expect(serveUsbip(world, { host: "127.0.0.1", port })).rejects.toMatchObject({
      code: "port-unavailable",
    });
  });

  it.each([
    ["junk", new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n")],
    ["an URB before an import", encodeRequest({ kind: "unlink", sequence: 1, deviceId: 0, target: 0 })],
  ])("ends the connection at %s", async (_what, bytes) => {
    const { port } = await served("healthy");
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("error", () => undefined);
    socket.end(bytes);
    await once(socket, "close");
    expect(await (await UsbipClient.connect(port)).list()).toHaveLength(1);
  });

  it("ends a client that asks for too large a transfer or keeps too many waiting; the module is free again", async () => {
    const { port } = await served("healthy", { limits: { transferBytes: 8192, pendingUrbs: 3 } });
    const large = await imported(port);
    void large.in(AT.in, 8193);
    await large.ended;
    const many = await imported(port);
    for (let urbs = 0; urbs < 4; urbs += 1) void many.in(AT.in);
    await many.ended;
    expect(await say(await imported(port), "AT")).toContain("OK");
  });

  it("turns away more clients than it has room for, and those that say nothing", async () => {
    const { port } = await served("healthy", { limits: { clients: 1, idleMs: 100 } });
    const silent = connect({ host: "127.0.0.1", port });
    await once(silent, "connect");
    const second = connect({ host: "127.0.0.1", port });
    second.on("error", () => undefined);
    await once(second, "close");
    silent.resume();
    await once(silent, "close");
    expect(await (await UsbipClient.connect(port)).list()).toHaveLength(1);
  });
});

describe("the door for encapsulated commands", () => {
  /** The module of `healthy` with another function behind interface 4. */
  async function servedWith(door: EncapsulatedPort | null): Promise<UsbipClient> {
    const world = worldOf(await scenarioNamed("healthy"));
    const real = moduleOf(world);
    const module: UsbModule = {
      portPath: real.portPath,
      device: real.device,
      pipe: (interfaceNumber) => real.pipe(interfaceNumber),
      encapsulated: (interfaceNumber) => (interfaceNumber === 4 ? door : null),
    };
    const modules = { modules: [module], scheduler: world.scheduler };
    const server = await serveUsbip(modules, { host: "127.0.0.1", port: 0 });
    onTestFinished(() => server.close());
    return imported(server.port);
  }

  it("stalls where nobody is behind it", async () => {
    const client = await servedWith(null);
    expect((await client.control(0x21, 0, 0, 4, Uint8Array.of(1, 2))).status).toBe(STALLED);
    expect((await client.control(0xa1, 1, 0, 4, 64)).status).toBe(STALLED);
  });

  it("hands messages over and tells the host of each that waits", async () => {
    const sent: Uint8Array[] = [];
    const waiting: Uint8Array[] = [];
    let tell: () => void = () => undefined;
    const client = await servedWith({
      send: (command) => sent.push(command),
      take: () => waiting.shift() ?? null,
      available: (callback) => {
        tell = callback;
      },
    });
    const note = client.in(9, 8).done;
    expect((await client.control(0x21, 0, 0, 4, Uint8Array.of(1, 2, 3))).actualBytes).toBe(3);
    expect(sent).toEqual([Uint8Array.of(1, 2, 3)]);
    expect(await isQuiet(note)).toBe(true);
    waiting.push(Uint8Array.of(9, 8, 7));
    tell();
    expect((await note).data).toEqual(Uint8Array.of(0xa1, 1, 0, 0, 4, 0, 0, 0));
    expect((await client.control(0xa1, 1, 0, 4, 64)).data).toEqual(Uint8Array.of(9, 8, 7));
    expect((await client.control(0xa1, 1, 0, 4, 64)).actualBytes).toBe(0);
    expect((await client.control(0x21, 0, 0, 2, Uint8Array.of(1))).status).toBe(STALLED);
  });
});
