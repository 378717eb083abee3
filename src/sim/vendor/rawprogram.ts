import { type Geometry, type PartitionMap, sectorsOf } from "../../core/maps.js";

/** Which image goes where; the order is the vendor's. */
export interface ImagePlace {
  readonly partition: string;
  /** As the vendor writes it: relative to `firehose/`, with backslashes. */
  readonly filename: string;
}

/**
 * A rawprogram in the order Quectel's have it (domain.md 4.4): SBL, MIBIB and TZ programmed first, each other image
 * behind its erase, the erases of TZ, MIBIB and SBL near the end, RPM last. It works only where the tool re-orders it.
 */
export function vendorRawprogram(
  images: readonly ImagePlace[],
  map: PartitionMap,
  geometry: Geometry,
): string {
  const early = ["SBL", "MIBIB", "TZ"];
  const line = (verb: "erase" | "program", { partition, filename }: ImagePlace) => {
    const home = map.partitions.find(({ name }) => name === partition);
    if (home === undefined) throw new RangeError(`the map has no ${partition}`);
    const { start, end } = sectorsOf(home, geometry);
    const file = verb === "program" ? ` filename="${filename}"` : "";
    return (
      `  <${verb} PAGES_PER_BLOCK="${geometry.pagesPerBlock}" SECTOR_SIZE_IN_BYTES="${geometry.pageSizeBytes}"${file}` +
      ` num_partition_sectors="${end - start}" physical_partition_number="0" start_sector="${start}"/>`
    );
  };
  const pick = (names: readonly string[]) => images.filter(({ partition }) => names.includes(partition));
  const rest = images.filter(({ partition }) => !early.includes(partition) && partition !== "RPM");
  const lines = [
    ...pick(early).map((image) => line("program", image)),
    ...rest.flatMap((image) => [line("erase", image), line("program", image)]),
    ...pick(early)
      .reverse()
      .map((image) => line("erase", image)),
    ...pick(["RPM"]).flatMap((image) => [line("erase", image), line("program", image)]),
  ];
  return ['<?xml version="1.0" ?>', "<data>", ...lines, "</data>", ""].join("\r\n");
}
