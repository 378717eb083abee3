import { type Finding, findingOf } from "./rules.js";

const ELF = {
  magic: [0x7f, 0x45, 0x4c, 0x46],
  class32: 1,
  headerBytes: 0x34,
  arm: 40,
  executable: 2,
} as const;
/** Qualcomm's boot images that are no ELF begin with these two words, little-endian, as an SBL does. */
const MBN_WORDS = [0x844bdcd1, 0x73d71034] as const;
/** Public ones have about 128 KB (domain.md 4.3); the boot ROM loads them into memory on the chip, where 1 MiB has no room. */
const MIN_BYTES = 4096;
const MAX_BYTES = 1024 * 1024;
/** What looks before a write, as the handler table names it (domain.md 4.2b). */
const LOOKING = ["read", "getstorageinfo"] as const;

/**
 * Whether a file can be a programmer for this chip. One that does not announce `read` and `getstorageinfo` is noted and
 * not refused: Inspect then cannot look, and a flash is allowed only where it needs no look (same code and line, or a
 * tested edge).
 */
export function lintProgrammer(bytes: Uint8Array, file: string): Finding[] {
  const error = (says: string) => [findingOf("programmer-implausible", `${file}: ${says}`, { file })];
  if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES)
    return error(`${bytes.length} bytes are no size of a programmer`);
  const fault = isMbn(bytes) ? null : elfFault(bytes);
  if (fault !== null) return error(fault);
  const silent = LOOKING.filter((word) => !announces(bytes, word));
  if (silent.length === 0) return [];
  const says = `${file}: it does not announce ${silent.join(" and ")}; the module cannot be looked at before it is written, so only a flash within its hardware code and build line is allowed`;
  return [findingOf("programmer-cannot-look", says, { file })];
}

function isMbn(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  return MBN_WORDS.every((word, index) => view.getUint32(index * 4, true) === word);
}

function elfFault(bytes: Uint8Array): string | null {
  const view = viewOf(bytes);
  if (!ELF.magic.every((byte, index) => bytes[index] === byte)) return "it is neither an ELF nor an MBN";
  if (
    bytes[4] !== ELF.class32 ||
    view.getUint16(0x12, true) !== ELF.arm ||
    view.getUint16(0x10, true) !== ELF.executable
  )
    return "it is no executable for a 32-bit ARM";
  const table = view.getUint32(0x1c, true);
  const entryBytes = view.getUint16(0x2a, true);
  const count = view.getUint16(0x2c, true);
  if (count === 0 || entryBytes < 32 || table + entryBytes * count > bytes.length)
    return "its program headers are not in the file";
  for (let index = 0; index < count; index += 1) {
    const at = table + index * entryBytes;
    if (view.getUint32(at + 4, true) + view.getUint32(at + 16, true) > bytes.length)
      return "it is cut off: a segment ends behind the file";
  }
  return null;
}

/** The word as a C string of its own, as a handler table holds it; `read` inside a sentence is none. */
function announces(bytes: Uint8Array, word: string): boolean {
  const wanted = [0, ...word.split("").map((letter) => letter.charCodeAt(0)), 0];
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1))
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return true;
  return false;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
