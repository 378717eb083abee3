import type { Geometry, PartitionMap } from "../../core/maps.js";

/** The map as Qualcomm's tools have it beside the images, `partition_nand.xml` (domain.md 4.3): the last two blocks as pad. */
export function partitionXml(
  { partitions }: PartitionMap,
  { pageSizeBytes, pagesPerBlock }: Geometry,
): string {
  const blockKib = (pageSizeBytes * pagesPerBlock) / 1024;
  const rows = partitions.map(({ name, blockCount }) => {
    const padBlocks = blockCount > 2 ? 2 : 0;
    const fields = [
      `<name length="16" type="string">0:${name}</name>`,
      `<size_kb length="4">${(blockCount - padBlocks) * blockKib}</size_kb>`,
      `<pad_kb length="4">${padBlocks * blockKib}</pad_kb>`,
      "<which_flash>0</which_flash>",
    ];
    return `    <partition>${fields.join("")}</partition>`;
  });
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    "<nandboot>",
    '  <partition_version length="4">0x4</partition_version>',
    "  <partitions>",
    ...rows,
    "  </partitions>",
    "</nandboot>",
    "",
  ].join("\r\n");
}
