import { mkdirSync } from "node:fs";
import { EcflashError, messageOf } from "../../core/errors.js";
import type { OpenPty } from "../../core/pty.js";
import type { Scheduler } from "../scheduler.js";
import type { UsbModule } from "../usb-module.js";
import { ModulePorts, type NamedPort } from "./module-ports.js";

export interface PtyOptions {
  /** Where the names of the ports are; made when it is not there, for this user alone. */
  readonly directory: string;
  readonly openPty: OpenPty;
}

export interface PtyServer {
  readonly directory: string;
  /** The ports of each module that is on the bus. */
  readonly modules: readonly { readonly portPath: string; readonly ports: readonly NamedPort[] }[];
  /** Rejects when the model or a terminal failed; resolves after `close`. */
  readonly ended: Promise<void>;
  /** Another attachment takes a module, or gives it back. */
  give(portPath: string, away: boolean): void;
  close(): Promise<void>;
}

/**
 * Gives every module of a world serial ports that any terminal program can open, under names that stay in `directory`,
 * and keeps model time going. Resolves when the ports of the modules that are on the bus can be opened.
 *
 * @throws EcflashError `state-unwritable`, `native-missing`, `port-unavailable`
 */
export async function servePty(
  world: { readonly modules: readonly UsbModule[]; readonly scheduler: Scheduler },
  { directory, openPty }: PtyOptions,
): Promise<PtyServer> {
  const { scheduler } = world;
  makeDirectory(directory);
  const stop = new AbortController();
  let failed: (error: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    failed = reject;
  });
  const all = world.modules.map(
    (module) => new ModulePorts({ module, scheduler, directory, openPty, failed: (error) => failed(error) }),
  );
  const look = () => {
    for (const ports of all) ports.look();
  };
  const ended = Promise.race([scheduler.drive(look, stop.signal), failure]).finally(() => {
    stop.abort();
    for (const ports of all) ports.close();
  });
  // Whoever started the server asks `ended` when it suits him; until then a failure is not an unhandled one.
  ended.catch(() => undefined);
  look();
  try {
    await Promise.all(all.map((ports) => ports.settled()));
  } catch (error) {
    // The names that were made already are taken away first.
    await ended.catch(() => undefined);
    throw error;
  }
  return {
    directory,
    get modules() {
      return all.map((ports) => ({ portPath: ports.portPath, ports: ports.names }));
    },
    ended,
    give: (portPath, away) => all.find((ports) => ports.portPath === portPath)?.give(away),
    close: async () => {
      stop.abort();
      await ended;
    },
  };
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new EcflashError("state-unwritable", { path, reason: messageOf(error) }, { cause: error });
  }
}
