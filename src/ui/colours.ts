import pc from "picocolors";

/** Colours for a terminal that shows them; elsewhere, also in a CI's log, text stays plain. */
export function coloursFor({ isTTY }: { readonly isTTY: boolean }): ReturnType<typeof pc.createColors> {
  return pc.createColors(isTTY && pc.isColorSupported);
}
