import type { Geometry, SectorRange } from "../../core/maps.js";
import { formatFirehose } from "./xml.js";

/** What ecflash says to a programmer. Attribute names and order as the programmer parses them (domain.md 4.2, 4.2b). */

export function configureCommand(maxPayloadBytes: number): string {
  return formatFirehose("configure", {
    MemoryName: "nand",
    Verbose: 0,
    AlwaysValidate: 0,
    MaxDigestTableSizeInBytes: 2048,
    MaxPayloadSizeToTargetInBytes: maxPayloadBytes,
    ZlpAwareHost: 1,
    SkipStorageInit: 0,
  });
}

/** A command always names its range: an erase without one erases the whole chip (domain.md 4.2b). */
function place(geometry: Geometry, range: SectorRange): Record<string, string | number> {
  if (!(range.end > range.start)) throw new RangeError("a command without sectors could mean the whole chip");
  return {
    PAGES_PER_BLOCK: geometry.pagesPerBlock,
    SECTOR_SIZE_IN_BYTES: geometry.pageSizeBytes,
    num_partition_sectors: range.end - range.start,
    physical_partition_number: 0,
    start_sector: range.start,
  };
}

/** Throws RangeError for an empty range, as every command with a range does. */
export function eraseCommand(geometry: Geometry, range: SectorRange): string {
  return formatFirehose("erase", place(geometry, range));
}

export function programCommand(geometry: Geometry, range: SectorRange, filename: string): string {
  const { PAGES_PER_BLOCK, SECTOR_SIZE_IN_BYTES, ...rest } = place(geometry, range);
  return formatFirehose("program", { PAGES_PER_BLOCK, SECTOR_SIZE_IN_BYTES, filename, ...rest } as Record<
    string,
    string | number
  >);
}

export function readCommand(geometry: Geometry, range: SectorRange): string {
  return formatFirehose("read", place(geometry, range));
}

export function storageInfoCommand(): string {
  return formatFirehose("getstorageinfo", { physical_partition_number: 0 });
}

export function nopCommand(): string {
  return formatFirehose("nop", {});
}

/** `delaySeconds`: how long the programmer waits before it restarts the module. */
export function resetCommand(delaySeconds: number): string {
  return formatFirehose(
    "power",
    delaySeconds > 0 ? { DelayInSeconds: delaySeconds, value: "reset" } : { value: "reset" },
  );
}
