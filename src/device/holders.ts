import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { basename, join } from "node:path";

/** A process that has a device node open. */
export interface Holder {
  readonly pid: number;
  readonly program: string;
}

export interface Holders {
  readonly list: readonly Holder[];
  /** Every process could be looked into. Without root those of other users cannot, and a holder may be among them. */
  readonly complete: boolean;
}

export interface HolderPlaces {
  readonly proc?: string;
  /** Where `LCK..ttyUSB2` files of terminal programs and pppd lie (FHS 5.9). */
  readonly locks?: string;
}

/**
 * Who has a device node open, this process aside: by the open files of all processes, whatever name they opened it by,
 * and by lock files whose owner lives. A port can be opened beside its holder, by root even past TIOCEXCL, and then both
 * steal each other's bytes (domain.md 4.4b): so one looks first.
 */
export async function holdersOf(
  path: string,
  { proc = "/proc", locks = "/run/lock" }: HolderPlaces = {},
): Promise<Holders> {
  const wanted = await deviceOf(path);
  const found = new Map<number, Holder>();
  let complete = true;
  for (const pid of await processes(proc)) {
    const held = await holds(join(proc, String(pid), "fd"), path, wanted);
    if (held === null) complete = false;
    else if (held && pid !== process.pid) found.set(pid, { pid, program: await programOf(proc, pid) });
  }
  const owner = await lockOwner(join(locks, `LCK..${basename(path)}`));
  if (owner !== null && owner !== process.pid) {
    const program = await programOf(proc, owner);
    if (program !== "?") found.set(owner, { pid: owner, program });
  }
  return { list: [...found.values()], complete };
}

/** `ModemManager (pid 412)`. */
export function holderText({ program, pid }: Holder): string {
  return `${program} (pid ${pid})`;
}

async function processes(proc: string): Promise<number[]> {
  return (await readdir(proc)).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Null when this user may not see. A process that has ended meanwhile holds nothing. */
async function holds(directory: string, path: string, wanted: number | null): Promise<boolean | null> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    return isDenied(error) ? null : false;
  }
  for (const name of names) {
    const target = await readlink(join(directory, name)).catch(() => "");
    if (target === path) return true;
    // The same node by another name, as in another mount namespace.
    if (
      wanted !== null &&
      /^\/dev\/(?!null$|pts\/)/.test(target) &&
      (await deviceOf(join(directory, name))) === wanted
    )
      return true;
  }
  return false;
}

/** The device number behind a character device, or null when there is none. */
async function deviceOf(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isCharacterDevice() ? found.rdev : null;
  } catch {
    // Gone, or not to be seen: then only its name can tell.
    return null;
  }
}

async function programOf(proc: string, pid: number): Promise<string> {
  return readFile(join(proc, String(pid), "comm"), "utf8").then(
    (text) => text.trim(),
    () => "?",
  );
}

async function lockOwner(path: string): Promise<number | null> {
  const text = await readFile(path, "utf8").catch(() => "");
  const pid = /^\s*(\d+)/.exec(text)?.[1];
  return pid === undefined ? null : Number(pid);
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EPERM");
}
