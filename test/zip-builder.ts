import { crc32, deflateRawSync } from "node:zlib";

/** One entry of a zip, also of ones no packer would write. */
export interface ZipItem {
  readonly name: string;
  readonly body?: Uint8Array | string;
  /** Unix mode with its file type, for the upper half of the external attributes. */
  readonly mode?: number;
  /** Lower half of the external attributes, as packers on Windows write them. */
  readonly dosAttributes?: number;
  readonly store?: boolean;
  /** Bit 0 says encrypted (APPNOTE.TXT 4.4.4). */
  readonly flags?: number;
  readonly method?: number;
  /** In place of the true ones. */
  readonly crc?: number;
  readonly sizeBytes?: number;
}

/** A zip of any entries, byte by byte. */
export function zipOf(...items: readonly ZipItem[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const item of items) {
    const body = Buffer.from(item.body ?? "");
    const packed = item.store === true ? body : deflateRawSync(body);
    const name = Buffer.from(item.name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(item.flags ?? 0, 2);
    common.writeUInt16LE(item.method ?? (item.store === true ? 0 : 8), 4);
    common.writeUInt32LE(item.crc ?? crc32(body), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(item.sizeBytes ?? body.length, 18);
    common.writeUInt16LE(name.length, 22);
    const central = Buffer.alloc(46);
    central.write("PK\x01\x02", 0, "latin1");
    central.writeUInt16LE((3 << 8) | 20, 4);
    common.copy(central, 6);
    central.writeUInt32LE((((item.mode ?? 0) << 16) | (item.dosAttributes ?? 0)) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, name, packed]);
    bodies.push(local);
    directory.push(Buffer.concat([central, name]));
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(items.length, 8);
  end.writeUInt16LE(items.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, central, end]);
}

/** A tree, path to bytes, as a zip; names as `rename` makes them. */
export function zipTree(
  tree: ReadonlyMap<string, Uint8Array>,
  rename: (path: string) => string = (path) => path,
): Buffer {
  return zipOf(...[...tree].map(([path, body]) => ({ name: rename(path), body })));
}
