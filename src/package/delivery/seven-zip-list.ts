/** An entry as a tool lists it, before anything is unpacked. */
export interface ListedEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "other";
  readonly sizeBytes: number;
}

/** `7z l -slt -ba`: blocks of `Name = value` lines, an empty line between entries. */
export function readSevenZipList(text: string): ListedEntry[] {
  return text
    .split(/\r?\n\r?\n/)
    .filter((block) => block.trim() !== "")
    .map((block) => {
      const fields = new Map(
        block.split(/\r?\n/).map((line): [string, string] => {
          const at = line.indexOf(" = ");
          return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 3)];
        }),
      );
      const attributes = fields.get("Attributes") ?? "";
      const kind = fields.get("Encrypted") === "+" ? "other" : kindOf(attributes, fields);
      return { name: fields.get("Path") ?? "", kind, sizeBytes: Number(fields.get("Size") || 0) };
    });
}

/** `A_ -rw-r--r--`, `D_ drwxr-xr-x`, `D`, `A`; a link is `l` in the mode, or has its target in a field of its own. */
function kindOf(attributes: string, fields: ReadonlyMap<string, string>): ListedEntry["kind"] {
  const mode = /(?:^| )([bcdlps-])[rwxsStT-]{9}/.exec(attributes)?.[1] ?? null;
  if ((fields.get("Symbolic Link") ?? "") !== "" || (fields.get("Hard Link") ?? "") !== "") return "other";
  if (mode !== null && mode !== "-" && mode !== "d") return "other";
  // `L` among the attributes of Windows is a reparse point.
  if (/^[A-Z]*L/.test(attributes)) return "other";
  return mode === "d" || attributes.startsWith("D") || fields.get("Folder") === "+" ? "directory" : "file";
}

/** bsdtar's mtree: a line an entry, `./update/a\040b type=file size=5`; a folder's entries follow it whole (mtree(5)). */
export function readBsdtarList(text: string): ListedEntry[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("/set"))
    .map((line) => {
      const [name = "", ...words] = line.trim().split(/\s+/);
      const value = (key: string) => words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
      const type = value("type");
      const kind = type === "file" ? "file" : type === "dir" ? "directory" : "other";
      const plain = name.replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      );
      return { name: plain, kind, sizeBytes: Number(value("size") ?? 0) };
    });
}
