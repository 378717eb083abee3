import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { EcflashError } from "../core/errors.js";
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

  static async begin(stateDir: string, entry: Omit<JournalEntry, "schema">): Promise<Journal> {
    const journal = new Journal(journalPath(stateDir, entry.portPath), {
      schema: "ecflash.journal/1",
      ...entry,
    });
    await journal.#save();
    return journal;
  }

  /** The unfinished run at a port path, or null. Throws `state-unwritable` when the record is there and not readable. */
  static async find(stateDir: string, portPath: string): Promise<Journal | null> {
    const path = journalPath(stateDir, portPath);
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw new EcflashError(
        "state-unwritable",
        { path, reason: (error as Error).message },
        { cause: error },
      );
    }
    try {
      return new Journal(path, journalSchema.parse(JSON.parse(text)));
    } catch (error) {
      throw new EcflashError(
        "state-unwritable",
        { path, reason: "the journal is damaged" },
        { cause: error },
      );
    }
  }

  async update(change: Partial<Omit<JournalEntry, "schema" | "portPath">>): Promise<void> {
    this.#entry = { ...this.#entry, ...change };
    await this.#save();
  }

  /** The run is over and nothing is left to finish. */
  async close(): Promise<void> {
    await rm(this.#path, { force: true });
    await syncDirectory(join(this.#path, ".."));
  }

  async #save(): Promise<void> {
    await writeDurably(this.#path, `${JSON.stringify(this.#entry, null, 2)}\n`);
  }
}

function journalPath(stateDir: string, portPath: string): string {
  return join(stateDir, "journal", `${portPath.replace(/[^\w.-]/g, "_")}.json`);
}

/** The kernel's id of this boot; `unknown` where it does not tell, which never equals a recorded one. */
export async function readBootId(): Promise<string> {
  try {
    return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  } catch {
    // Not Linux: a running programmer can then not be matched, and recover asks for a power cycle.
    return "unknown";
  }
}
