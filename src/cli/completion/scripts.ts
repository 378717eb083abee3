import { readFile } from "node:fs/promises";

/**
 * What a shell runs at the tab key, in files that a distribution can install as they are. Each asks `ecflash complete`
 * with the words of the line, and gets one candidate a line (value, tab, description), or `:files`. Nothing of the line
 * is evaluated.
 */
const FILES = { bash: "ecflash.bash", zsh: "_ecflash", fish: "ecflash.fish" } as const;

export type Shell = keyof typeof FILES;

export const SHELLS = Object.keys(FILES) as readonly Shell[];

export async function scriptOf(shell: Shell): Promise<string> {
  return readFile(new URL(`../../../completions/${FILES[shell]}`, import.meta.url), "utf8");
}
