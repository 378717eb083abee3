import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { EcflashError, messageOf } from "../core/errors.js";

export interface PasswordOptions {
  readonly passwordFile?: string | undefined;
}

/**
 * The password of a key: the first line of a file, else what is typed without echo on a terminal. Never of the command
 * line, which every user of the host can read. Throws `usage`, `key-unusable`, `interrupted`.
 */
export async function passwordOf(
  { passwordFile }: PasswordOptions,
  question: string,
  { twice }: { readonly twice: boolean },
): Promise<string> {
  if (passwordFile !== undefined) return fromFile(passwordFile);
  if (!process.stdin.isTTY)
    throw new EcflashError("usage", {
      detail: "There is no terminal to ask for the key's password; give --password-file.",
    });
  const first = await ask(`${question}: `);
  if (first === "") throw new EcflashError("usage", { detail: "An empty password is none." });
  if (twice && (await ask("The same again: ")) !== first)
    throw new EcflashError("usage", { detail: "The two passwords are not the same." });
  return first;
}

async function fromFile(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EcflashError("key-unusable", { path, reason: messageOf(cause) }, { cause });
  });
  const [first = ""] = text.split(/\r?\n/);
  if (first === "") throw new EcflashError("key-unusable", { path, reason: "its first line is empty" });
  return first;
}

/** readline sets the terminal raw, and what it would echo goes nowhere. */
async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise((resolve, reject) => {
      lines.once("line", resolve);
      lines.once("SIGINT", () => reject(new EcflashError("interrupted", { signal: "SIGINT" })));
      lines.once("close", () => reject(new EcflashError("usage", { detail: "No password was typed." })));
    });
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
