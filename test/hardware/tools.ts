import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Whether a program of the host is there. When it is not, one line says what is skipped and how to get it; where
 * ECFLASH_REQUIRE_TOOLS is 1 (as in .ci/run) that is a failure instead.
 */
export function haveTool(program: string, debianPackage: string): boolean {
  const directories = (process.env["PATH"] ?? "").split(delimiter);
  if (directories.some((directory) => isExecutable(join(directory, program)))) return true;
  const how = `${program} is not installed (apt-get install ${debianPackage})`;
  if (process.env["ECFLASH_REQUIRE_TOOLS"] === "1") throw new Error(`required: ${how}`);
  console.log(`skipped: ${how}`);
  return false;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
