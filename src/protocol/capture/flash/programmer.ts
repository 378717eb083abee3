/** `prog_nand_firehose_9x07.mbn`, `prog_firehose_sdx55.elf`, `prog_emmc_firehose_8909_ddr.mbn`: the chip is in the name. */
const PROGRAMMER = /(?<![\w-])prog_(?:\w{1,16}_)?firehose_\w{1,48}\.(?:mbn|m?elf|bin)(?![\w.])/i;

/** The modules that are judged here are MDM9x07s, and so is the programmer in each of their packages (domain.md 1.3). */
const OURS = /9x07|9607/i;

/** A device that the programmer named in a text says is none of ours; null where it names none, or ours. */
export function strangerOf(text: string): string | null {
  const name = PROGRAMMER.exec(text)?.[0];
  return name === undefined || OURS.test(name) ? null : `a device of another chip (${name})`;
}
