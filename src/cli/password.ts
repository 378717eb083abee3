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
  return onSilentTerminal(async (ask) => {
    const first = await ask(`${question}: `);
    if (first === "") throw new EcflashError("usage", { detail: "An empty password is none." });
    if (twice && (await ask("The same again: ")) !== first)
      throw new EcflashError("usage", { detail: "The two passwords are not the same." });
    return first;
  });
}

async function fromFile(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new EcflashError("key-unusable", { path, reason: messageOf(cause) }, { cause });
  });
  const [first = ""] = text.split(/\r?\n/);
  if (first === "") throw new EcflashError("key-unusable", { path, reason: "its first line is empty" });
  return first;
}

/**
 * readline sets the terminal raw, and what it would echo goes nowhere. It is so before the first question and until after
 * the last one: what is typed or pasted ahead would be echoed by the terminal itself.
 */
async function onSilentTerminal<T>(
  work: (ask: (question: string) => Promise<string>) => Promise<T>,
): Promise<T> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const typed = lines[Symbol.asyncIterator]();
  const interrupted = new Promise<never>((_resolve, reject) => {
    lines.once("SIGINT", () => reject(new EcflashError("interrupted", { signal: "SIGINT" })));
  });
  try {
    return await work(async (question) => {
      process.stderr.write(question);
      const line = await Promise.race([typed.next(), interrupted]);
      process.stderr.write("\n");
      if (line.done === true) throw new EcflashError("usage", { detail: "No password was typed." });
      return line.value;
    });
  } finally {
    lines.close();
  }
}
