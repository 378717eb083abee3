/** @throws RangeError when the text is no IPv6 address of words and at most one `::` */
export function bytesOfIpv6(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const words = (text: string) =>
    text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
  const [left, right] = [words(head), words(tail ?? "")];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const all = [...left, ...new Array<number>(Math.max(zeros, 0)).fill(0), ...right];
  if (all.length !== 8 || all.some((word) => !(word >= 0 && word <= 0xffff)))
    throw new RangeError(`${address} is no IPv6 address`);
  return all.flatMap((word) => [word >> 8, word & 0xff]);
}
