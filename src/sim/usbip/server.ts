import { once } from "node:events";
import { type AddressInfo, createServer, isIP, type Server, type Socket } from "node:net";
import { EcflashError, messageOf } from "../../core/errors.js";
import type { Scheduler } from "../scheduler.js";
import type { UsbModule } from "../usb-module.js";
import { Client, type ClientLimits } from "./client.js";
import { Exports } from "./exports.js";

export interface UsbipLimits extends ClientLimits {
  readonly clients: number;
}

export interface UsbipOptions {
  /** An IP address of this machine. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Without it, only a loopback address may be listened on: whoever can connect owns the modules. */
  readonly allowRemote?: boolean;
  readonly limits?: Partial<UsbipLimits>;
  /** Told before a client has a module, and after it let go: another attachment must not hold it meanwhile. */
  readonly given?: (portPath: string, toClient: boolean) => void;
}

export interface UsbipServer {
  readonly host: string;
  readonly port: number;
  /** Rejects when the model failed; resolves after `close`. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * `transferBytes`: usbfs splits larger transfers itself, and in-tree drivers ask for 16 KiB. `pendingUrbs`: four a serial
 * port, some dozens for libusb. The others are far above what one machine needs.
 */
const LIMITS: UsbipLimits = {
  clients: 64,
  transferBytes: 4 * 1024 * 1024,
  pendingUrbs: 1024,
  idleMs: 10_000,
  goodbyeMs: 100,
};

/**
 * Exports every module of a world over USB/IP, each under its port path as busid, and keeps model time going. One busid
 * stays while the device behind it changes: a client imports it again after each change of mode.
 *
 * @throws EcflashError `usage` for an address that is not loopback without `allowRemote`, `port-unavailable`
 */
export async function serveUsbip(
  world: { readonly modules: readonly UsbModule[]; readonly scheduler: Scheduler },
  options: UsbipOptions,
): Promise<UsbipServer> {
  const { host } = options;
  if (!isLoopback(host) && options.allowRemote !== true) {
    const detail = `${host} is not a loopback address. USB/IP has no password: --allow-remote if that is meant.`;
    throw new EcflashError("usage", { detail });
  }
  const limits = { ...LIMITS, ...options.limits };
  const modules = new Exports(world.modules, options.given ?? (() => undefined));
  const clients = new Set<Client>();
  const stop = new AbortController();
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const server = createServer((socket) => accept(socket));

  function accept(socket: Socket): void {
    if (clients.size >= limits.clients) {
      socket.destroy();
      return;
    }
    const client = new Client(socket, modules, world.scheduler, limits, (error) => fail(error));
    clients.add(client);
    socket.on("close", () => clients.delete(client));
  }

  const port = await listening(server, host, options.port);
  const look = () => {
    for (const client of clients) client.look();
  };
  const ended = Promise.race([world.scheduler.drive(look, stop.signal), failed]).finally(async () => {
    stop.abort();
    server.close();
    for (const client of clients) client.end();
    await once(server, "close");
  });
  // Whoever started the server asks `ended` when it suits him; until then a failure is not an unhandled one.
  ended.catch(() => undefined);
  return {
    host,
    port,
    ended,
    close: async () => {
      stop.abort();
      await ended;
    },
  };
}

/** @throws EcflashError `port-unavailable` */
async function listening(server: Server, host: string, port: number): Promise<number> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    const reason = messageOf(error);
    throw new EcflashError("port-unavailable", { path: `${host}:${port}`, reason }, { cause: error });
  }
  return (server.address() as AddressInfo).port;
}

function isLoopback(host: string): boolean {
  return isIP(host) === 4 ? host.startsWith("127.") : host === "::1";
}
