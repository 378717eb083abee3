export type ArchiveKind = "zip" | "tar" | "tar.gz" | "7z";

export type Sniffed =
  | { readonly kind: ArchiveKind }
  /** What it is instead, and how to make something of it that is read here. */
  | { readonly kind: "other"; readonly seen: string; readonly remedy: string };

/** As many bytes as a tar header has: its magic stands near the end. */
export const HEAD_BYTES = 512;
const TAR_MAGIC_AT = 257;

const AGAIN = "Ask the sender for the file again, or download it again.";

/** First bytes, in Latin-1, and what begins so. */
const OTHERS: readonly (readonly [RegExp, string, string])[] = [
  [/^Rar!\x1a\x07/, "a RAR archive", "Unpack it with `unrar x FILE` and import the folder."],
  [/^\x28\xb5\x2f\xfd/, "compressed with Zstandard", "Run `zstd -d FILE` and import the tar."],
  [/^\xfd7zXZ\0/, "compressed with xz", "Run `xz -dk FILE` and import the tar."],
  [/^BZh[1-9]/, "compressed with bzip2", "Run `bzip2 -dk FILE` and import the tar."],
  [/^MZ/, "a Windows program", "If it unpacks itself, run `7z x FILE` and import the folder."],
  // Links to a share that asks for a name answer with a page, and it is saved under the archive's name.
  [/^\s*<(?:!doctype html|html)/i, "a web page, perhaps one that asks to sign in", AGAIN],
  [/^%PDF-/, "a PDF document", AGAIN],
  [
    /^\s*\{\s*"schema":\s*"ecflash\.package\/1"/,
    "the description of a package",
    "Give the .tar or .tar.gz that lies beside it.",
  ],
];

/** Tells an archive's kind by its first bytes, never by its name. */
export function sniff(head: Buffer): Sniffed {
  const text = head.toString("latin1");
  if (/^PK(?:\x03\x04|\x05\x06|\x07\x08)/.test(text)) return { kind: "zip" };
  if (text.startsWith("7z\xbc\xaf\x27\x1c")) return { kind: "7z" };
  if (text.startsWith("\x1f\x8b")) return { kind: "tar.gz" };
  if (text.slice(TAR_MAGIC_AT, TAR_MAGIC_AT + 5) === "ustar") return { kind: "tar" };
  if (head.length === 0) return { kind: "other", seen: "empty", remedy: AGAIN };
  const [, seen, remedy] = OTHERS.find(([magic]) => magic.test(text)) ?? [];
  if (seen !== undefined && remedy !== undefined) return { kind: "other", seen, remedy };
  return {
    kind: "other",
    seen: `a file that begins with ${head.subarray(0, 8).toString("hex")}`,
    remedy: "Give a zip, tar, tar.gz or 7z archive, or the unpacked folder.",
  };
}
