import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onDisk } from "../on-disk.js";

/** Where the entries of an archive go, one after the other. Paths are judged before they come here. */
export interface TreeSink {
  folder(path: string): Promise<void>;
  begin(path: string): Promise<void>;
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/** For an archive that is only looked at. */
export const NOWHERE: TreeSink = {
  folder: async () => undefined,
  begin: async () => undefined,
  write: async () => undefined,
  end: async () => undefined,
};

/** A file that is there already, or a link, is never written through. */
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Writes below one folder that nobody else knows: plain files 0644, folders 0755. Throws `state-unwritable`. */
export class TreeWriter implements TreeSink {
  readonly #root: string;
  readonly #made = new Set<string>();
  #file: FileHandle | null = null;
  #path = "";

  constructor(root: string) {
    this.#root = root;
  }

  async folder(path: string): Promise<void> {
    if (path === "" || this.#made.has(path)) return;
    const absolute = join(this.#root, path);
    await onDisk(absolute, () => mkdir(absolute, { recursive: true, mode: 0o755 }));
    this.#made.add(path);
  }

  async begin(path: string): Promise<void> {
    const parent = dirname(path);
    await this.folder(parent === "." ? "" : parent);
    this.#path = join(this.#root, path);
    this.#file = await onDisk(this.#path, () => open(this.#path, NEW_FILE, 0o644));
  }

  async write(bytes: Uint8Array): Promise<void> {
    const file = this.#file;
    if (file === null) return;
    await onDisk(this.#path, async () => {
      for (let at = 0; at < bytes.length; )
        at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
    });
  }

  async end(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await onDisk(this.#path, async () => file?.close());
  }
}
