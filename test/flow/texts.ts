import type { CheckItem, CheckStream } from "../../src/flow/check-stream.js";
import { checkTexts } from "../../src/flow/check-texts.js";
import type { TextInput } from "../../src/flow/text-inputs.js";
import { loadUsbModes } from "../../src/manifest/load.js";
import { declare, facts } from "./bench.js";

const modes = await loadUsbModes();

/** All that a stream hands on, and the same in words: `name:line verdict` or `name code`. */
export async function toldBy(stream: CheckStream) {
  const items: CheckItem[] = [];
  for await (const batch of stream) items.push(...batch);
  const told = items.map((item) =>
    item.kind === "failure"
      ? `${item.source} ${item.error.code}`
      : `${item.judgement.reading.source} ${item.judgement.verdict}`,
  );
  return { told, items };
}

/** A text by its name, given in chunks cut anywhere. */
export function textOf(path: string, ...parts: readonly (string | Uint8Array)[]): TextInput {
  async function* chunks() {
    for (const part of parts) yield Buffer.from(part);
  }
  return { path, open: chunks };
}

/** Checks texts of modules that are labelled EC25AFA: `name:line verdict` or `name code` each, and the exit. */
export async function checkEach(inputs: readonly TextInput[]) {
  const declarations = declare({ label: "EC25AFA-512-STD" });
  const stream = checkTexts(inputs, { facts, modes }, { declarations });
  return { ...(await toldBy(stream)), exit: stream.end().exit };
}
