import { describeError } from "../core/catalogue.js";
import { asEcflashError } from "../core/errors.js";
import type { ExitCode } from "../core/exits.js";
import type { View } from "../ui/view.js";
import type { Environment } from "./environment.js";

export type Format = "text" | "markdown" | "json" | "ndjson";

/** Narrower than this a live list wraps and flickers. */
const MIN_COLUMNS = 40;

/** The view for a run: live on a terminal, plain lines elsewhere, NDJSON when asked for. */
export async function openView({ out, now }: Environment, format: Format, verbose: boolean): Promise<View> {
  if (format === "ndjson" || format === "json")
    return (await import("../ui/ndjson-view.js")).ndjsonView(out, now);
  if (out.isTTY && out.columns >= MIN_COLUMNS && !verbose)
    return (await import("../ui/terminal-view.js")).terminalView(out);
  return (await import("../ui/plain-view.js")).plainView(out, { verbose });
}

/** Tells a failure that happened outside of a run, in the format that was asked for, and gives its exit. */
export async function tellFailure(
  { out, err }: Environment,
  error: unknown,
  format: string,
): Promise<ExitCode> {
  const failure = asEcflashError(error);
  const { jsonText, shown } = await import("../ui/escape.js");
  const tell = (lines: readonly string[]) => err.write(`${lines.map(shown).join("\n")}\n`);
  if (format !== "json" && format !== "ndjson") tell(describeError(failure));
  else {
    const { errorDocument } = await import("../ui/error-json.js");
    out.write(`${jsonText(errorDocument(failure))}\n`);
  }
  if (failure.code === "bug" && failure.cause instanceof Error)
    tell((failure.cause.stack ?? failure.cause.message).split("\n"));
  return failure.exit;
}
