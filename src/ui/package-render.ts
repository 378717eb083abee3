import { shown } from "./escape.js";

/**
 * What was written, and the command that flashes it. Never QFirehose's hidden `-e`, which erases calibration, nor qdl's
 * `--allow-missing`; QFirehose without `-s` takes any Qualcomm device there is (domain.md 4.5).
 */
export function packageRenderText(
  { directory, files }: { readonly directory: string; readonly files: readonly string[] },
  tool: "qdl" | "qfirehose",
  { programmer, xml }: { readonly programmer: string; readonly xml: string },
): string {
  const command =
    tool === "qdl"
      ? `cd ${quoted(directory)} && qdl --storage nand --include . ${programmer} ${xml}`
      : `QFirehose -s /sys/bus/usb/devices/PORT_PATH -f ${quoted(directory)}`;
  const place = tool === "qdl" ? [] : ["PORT_PATH is the module's, as `ecflash list` shows it."];
  return [`${files.length} files in ${directory}`, `Run: ${command}`, ...place]
    .map((line) => `${shown(line)}\n`)
    .join("");
}

/** For a shell, where the name needs it. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
