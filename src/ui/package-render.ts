import { shown } from "./escape.js";

/** What was written, and the command that flashes it. Never QFirehose's hidden `-e`, which erases calibration, nor qdl's `--allow-missing`. */
export function packageRenderText(
  { directory, files }: { readonly directory: string; readonly files: readonly string[] },
  tool: "qdl" | "qfirehose",
  { programmer, xml }: { readonly programmer: string; readonly xml: string },
): string {
  const command =
    tool === "qdl"
      ? `cd ${quoted(directory)} && qdl --storage nand --include . ${programmer} ${xml}`
      : `QFirehose -f ${quoted(directory)}`;
  return `${shown(`${files.length} files in ${directory}`)}\n${shown(`Run: ${command}`)}\n`;
}

/** For a shell, where the name needs it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
