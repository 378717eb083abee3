import { randomUUID } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { EcflashError, messageOf } from "../core/errors.js";
import { syncDirectory, writeDurably } from "./durable-file.js";

const journalSchema = z.strictObject({
  schema: z.literal("ecflash.journal/1"),
  portPath: z.string(),
  startedAt: z.string(),
  /** Boot of the host: with path and device number it tells whether a running programmer is still the one we started. */
  bootId: z.string(),
  identity: z.strictObject({
    imei: z.string().nullable(),
    serial: z.string().nullable(),
    revision: z.string().nullable(),
  }),
  declared: z.strictObject({ hardwareCode: z.string(), text: z.string() }),
  release: z.string(),
  archiveSha256: z.string(),
  planHash: z.string(),
  /** Null until the boot ROM told it; a resume needs an equal one. */
  chipSerial: z.string().nullable(),
  edlDeviceNumber: z.number().int().nullable(),
  /** True from before the first erase left the host. */
  eraseSent: z.boolean(),
  /** True once every item, SBL last, was acknowledged. */
  written: z.boolean(),
});

export type JournalEntry = z.infer<typeof journalSchema>;

/** The record of one unfinished run, on disk before each act it speaks of. */
export class Journal {
  readonly #path: string;
  #entry: JournalEntry;

  private constructor(path: string, entry: JournalEntry) {
    this.#path = path;
    this.#entry = entry;
  }

  get entry(): JournalEntry {
    return this.#entry;
  }

  get path(): string {
    return this.#path;
  }

  static async begin(stateDir: string, entry: Omit<JournalEntry, "schema">): Promise<Journal> {
    const journal = new Journal(journalPath(stateDir, entry.portPath), {
      schema: "ecflash.journal/1",
      ...entry,
    });
    await journal.#save(journal.#entry);
    return journal;
  }

  /** The unfinished run at a port path, or null. Throws `state-unwritable` when the record is there and not readable. */
  static async find(stateDir: string, portPath: string): Promise<Journal | null> {
    const path = journalPath(stateDir, portPath);
    const entry = await readEntry(path);
    return entry === null ? null : new Journal(path, entry);
  }

  /** Port paths that have an unfinished run. */
  static async portPaths(stateDir: string): Promise<string[]> {
    return (await Journal.unfinished(stateDir)).map(({ portPath }) => portPath);
  }

  /** All unfinished runs. Throws `state-unwritable` when one of them is not readable. */
  static async unfinished(stateDir: string): Promise<JournalEntry[]> {
    const names = await readdir(join(stateDir, "journal")).catch((error: unknown) => {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ENOENT") return [];
      throw new EcflashError("state-unwritable", { path: stateDir, reason: message }, { cause: error });
    });
    const entries = await Promise.all(
      names
        .filter((name) => name.endsWith(".json"))
        .map((name) => readEntry(join(stateDir, "journal", name))),
    );
    return entries.flatMap((entry) => (entry === null ? [] : [entry]));
  }

  async update(change: Partial<Omit<JournalEntry, "schema" | "portPath">>): Promise<void> {
    // What could not be put on disk is not acted on: the entry stays what the disk holds.
    const next = { ...this.#entry, ...change };
    await this.#save(next);
    this.#entry = next;
  }

  /** The run is over and nothing is left to finish. Throws `state-unwritable`. */
  async close(): Promise<void> {
    try {
      await rm(this.#path, { force: true });
      await syncDirectory(join(this.#path, ".."));
    } catch (error) {
      throw new EcflashError(
        "state-unwritable",
        { path: this.#path, reason: messageOf(error) },
        { cause: error },
      );
    }
  }

  async #save(entry: JournalEntry): Promise<void> {
    await writeDurably(this.#path, `${JSON.stringify(entry, null, 2)}\n`);
  }
}

async function readEntry(path: string): Promise<JournalEntry | null> {
  const unreadable = (reason: string, cause: unknown) =>
    new EcflashError("state-unwritable", { path, reason }, { cause });
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw unreadable(messageOf(error), error);
  }
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch (error) {
    throw unreadable("the journal is damaged", error);
  }
}

function journalPath(stateDir: string, portPath: string): string {
  return join(stateDir, "journal", `${portPath.replace(/[^\w.-]/g, "_")}.json`);
}

/** The kernel's id of this boot; where it does not tell, a new one each time, which never equals a recorded one. */
export async function readBootId(): Promise<string> {
  try {
    return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  } catch {
    // Not Linux: a running programmer can then not be matched, and recover asks for a power cycle.
    return `unknown-${randomUUID()}`;
  }
}
