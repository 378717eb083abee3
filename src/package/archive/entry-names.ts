/** NAME_MAX of Linux, and no less on Windows; names are ASCII, a byte each. */
const MAX_PART_BYTES = 255;

/**
 * Judges the names of an archive's entries, one after the other, so that they mean the same on every file system and
 * stay inside the folder they are unpacked to.
 */
export class EntryNames {
  readonly #known = new Map<string, { name: string; kind: "file" | "directory"; listed: boolean }>();

  /** Null when the entry is acceptable, else why it is not. A leading `./` and a directory's last slash are allowed. */
  refuse(rawName: string, kind: "file" | "directory"): string | null {
    const name = rawName.replace(/^(?:\.\/)+/, "").replace(/\/$/, "");
    if (kind === "directory" && (name === "" || name === ".")) return null;
    return this.#refuseSpelling(name) ?? this.#refuseClash(name, kind);
  }

  #refuseSpelling(name: string): string | null {
    if (name.startsWith("/") || /^[a-z]:/i.test(name)) return "an absolute path";
    if (name.includes("\\")) return "a backslash in the name";
    if (!/^[\x20-\x7e]+$/.test(name)) return "a name that is not printable ASCII";
    if (name.length > 512) return "a name that is too long";
    const parts = name.split("/");
    if (parts.some((part) => part.length > MAX_PART_BYTES)) return "a name that is too long";
    if (parts.includes("..") || parts.includes(".")) return "a path that leaves its folder";
    if (parts.includes("")) return "an empty part in the path";
    return null;
  }

  #refuseClash(name: string, kind: "file" | "directory"): string | null {
    const parts = name.split("/");
    for (let depth = 1; depth < parts.length; depth += 1) {
      const clash = this.#enter(parts.slice(0, depth).join("/"), "directory", false);
      if (clash !== null) return clash;
    }
    return this.#enter(name, kind, true);
  }

  #enter(name: string, kind: "file" | "directory", listed: boolean): string | null {
    const key = name.toLowerCase();
    const known = this.#known.get(key);
    if (known === undefined) {
      this.#known.set(key, { name, kind, listed });
      return null;
    }
    if (known.name !== name) return `it differs from ${known.name} only in case`;
    if (known.kind !== kind) return "a file and a folder of the same name";
    if (known.listed && listed) return "the same name twice";
    known.listed ||= listed;
    return null;
  }
}
