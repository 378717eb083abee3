/** The programmer image as the boot ROM sees it: an ELF whose headers say how many bytes there are to fetch. */

/** Size of an ELF32 header: the boot ROM asks for it first (domain.md 4.5, `0x0000000d 0x00000000 0x00000034`). */
export const ELF_HEADER_BYTES = 0x34;
const PROGRAM_HEADER_BYTES = 32;
/** What `wrapInElf` puts before its body. */
export const ELF_OVERHEAD_BYTES = ELF_HEADER_BYTES + PROGRAM_HEADER_BYTES;
const ELF_MAGIC = [0x7f, 0x45, 0x4c, 0x46] as const;

export interface ProgramHeaders {
  readonly offset: number;
  readonly entryBytes: number;
  readonly count: number;
}

/** Where the program headers are, or null when the bytes are no 32-bit ELF header. */
export function readElfHeader(bytes: Uint8Array): ProgramHeaders | null {
  if (bytes.length < ELF_HEADER_BYTES || !ELF_MAGIC.every((byte, at) => bytes[at] === byte) || bytes[4] !== 1)
    return null;
  const view = viewOf(bytes);
  return {
    offset: view.getUint32(0x1c, true),
    entryBytes: view.getUint16(0x2a, true),
    count: view.getUint16(0x2c, true),
  };
}

/** Bytes up to the end of the last segment. `bytes` must hold the program headers. */
export function imageBytes(bytes: Uint8Array, headers: ProgramHeaders): number {
  const view = viewOf(bytes);
  const ends = Array.from({ length: headers.count }, (_, index) => {
    const at = headers.offset + index * headers.entryBytes;
    return view.getUint32(at + 4, true) + view.getUint32(at + 16, true);
  });
  return Math.max(tableEnd(headers), ...ends);
}

export function tableEnd({ offset, entryBytes, count }: ProgramHeaders): number {
  return offset + entryBytes * count;
}

/** An ELF32 with one segment that holds `body`: a programmer for generated packages. */
export function wrapInElf(body: Uint8Array): Uint8Array {
  const start = ELF_OVERHEAD_BYTES;
  const bytes = new Uint8Array(start + body.length);
  const view = viewOf(bytes);
  bytes.set([...ELF_MAGIC, 1, 1, 1]);
  const [executable, arm, loadable] = [2, 40, 1];
  view.setUint16(0x10, executable, true);
  view.setUint16(0x12, arm, true);
  view.setUint32(0x14, 1, true);
  view.setUint32(0x1c, ELF_HEADER_BYTES, true);
  view.setUint16(0x28, ELF_HEADER_BYTES, true);
  view.setUint16(0x2a, PROGRAM_HEADER_BYTES, true);
  view.setUint16(0x2c, 1, true);
  view.setUint32(ELF_HEADER_BYTES, loadable, true);
  view.setUint32(ELF_HEADER_BYTES + 4, start, true);
  view.setUint32(ELF_HEADER_BYTES + 16, body.length, true);
  view.setUint32(ELF_HEADER_BYTES + 20, body.length, true);
  bytes.set(body, start);
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
