import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants, type FileHandle, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { EcflashError } from "../../core/errors.js";
import { type ListedEntry, readBsdtarList, readSevenZipList } from "./seven-zip-list.js";
import { type DeliveryLimits, PlainFiles } from "./plain-files.js";
import { unsafe } from "../archive/unsafe.js";

/** Never `PATH`: it may name a folder that others can write, and ecflash often runs as root. */
const TOOL_FOLDERS = ["/usr/bin", "/usr/local/bin", "/bin"] as const;
const TOOL_NAMES = ["7zz", "7z", "7za", "bsdtar"] as const;
/** LZMA inflates a few tens of megabytes a second on a small host; a package has some hundreds. */
const DEADLINE_MS = 300_000;
const MAX_LIST_BYTES = 16 * 1024 * 1024;
/** Where the archive is in the tool: the file that was opened here, whatever has its name by now. */
const ARCHIVE = "/dev/fd/3";

export interface SevenZipOptions {
  readonly limits: DeliveryLimits;
  readonly signal: AbortSignal | undefined;
  readonly toolFolders?: readonly string[] | undefined;
  readonly deadlineMs?: number | undefined;
}

/**
 * Unpacks a 7z into `folder` by a tool of the host; Node has no reader of it (packages.md 2). What the archive lists is
 * judged before anything is written. The caller walks the folder afterwards: a tool is believed in nothing.
 * @throws EcflashError `unpacker-missing`, `unpacker-failed`, `archive-unsafe`; the signal's reason
 */
export async function unpackSevenZip(
  handle: FileHandle,
  folder: string,
  options: SevenZipOptions,
): Promise<void> {
  const tool = await findTool(options.toolFolders ?? TOOL_FOLDERS);
  const bsdtar = tool.endsWith("/bsdtar");
  const list = bsdtar
    ? ["-cf", "-", "--format=mtree", "--options=mtree:!all,mtree:type,mtree:size", `@${ARCHIVE}`]
    : ["l", "-slt", "-ba", "-t7z", "-sccUTF-8", "--", ARCHIVE];
  const listed = await runTool(tool, list, folder, handle, options);
  judge(bsdtar ? readBsdtarList(listed) : readSevenZipList(listed), folder, options);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const extract = bsdtar
    ? ["-xf", ARCHIVE, "--no-same-owner", "--no-same-permissions"]
    : ["x", "-t7z", "-y", "-bd", "-bb0", "--", ARCHIVE];
  await runTool(tool, extract, folder, handle, options);
}

async function findTool(folders: readonly string[]): Promise<string> {
  for (const name of TOOL_NAMES)
    for (const folder of folders) {
      const path = join(folder, name);
      if (await isExecutable(path)) return path;
    }
  throw new EcflashError("unpacker-missing", {
    kind: "7z",
    looked: folders.map((folder) => `${folder}/{${TOOL_NAMES.join(",")}}`),
    packages: ["p7zip-full", "libarchive-tools"],
  });
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function judge(entries: readonly ListedEntry[], folder: string, { limits, signal }: SevenZipOptions): void {
  if (entries.length === 0) throw unsafe(null, "it is empty");
  const files = new PlainFiles(folder, limits, signal);
  let sizeBytes = 0;
  for (const { name, kind, sizeBytes: own } of entries) {
    if (kind === "other") throw unsafe(name, "it is neither a file nor a folder");
    files.admit(name, kind);
    sizeBytes += own;
    files.refuseSize(name, sizeBytes);
  }
}

/** Runs it without a shell, in a process group of its own that is killed at the limit, and gives what it printed. */
async function runTool(
  tool: string,
  args: readonly string[],
  cwd: string,
  archive: FileHandle,
  { signal, deadlineMs = DEADLINE_MS }: SevenZipOptions,
): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn(tool, args, {
    cwd,
    detached: true,
    shell: false,
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8", HOME: cwd },
    stdio: ["ignore", "pipe", "pipe", archive.fd],
  });
  const failed = (reason: string) => new EcflashError("unpacker-failed", { tool, reason });
  let failure: unknown = null;
  const stop = (reason: unknown) => {
    failure ??= reason;
    killGroup(child.pid);
  };
  const out = { text: "", wholeBytes: 0 };
  const err = { text: "", wholeBytes: 0 };
  for (const [stream, kept] of [
    [child.stdout, out],
    [child.stderr, err],
  ] as const)
    stream?.setEncoding("utf8").on("data", (text: string) => {
      kept.wholeBytes += text.length;
      if (kept.wholeBytes > MAX_LIST_BYTES) stop(failed("it printed more than any list"));
      else kept.text += text;
    });
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(() => stop(failed(`it took more than ${deadlineMs / 1000} s`)), deadlineMs);
  try {
    const [code] = (await once(child, "close").catch((error: unknown) => {
      throw failed(error instanceof Error ? error.message : String(error));
    })) as [number | null];
    if (failure !== null) throw failure as Error;
    // What a tool cannot unpack is damaged, encrypted or no 7z.
    if (code !== 0) throw unsafe(null, `${tool} refuses it: ${lastLines(err.text || out.text)}`);
    return out.text;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It ended in this moment; its `close` is on the way.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function lastLines(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.slice(-3).join("; ").slice(0, 300);
}
