/** Marks that forums, wikis and Markdown put around what a terminal said. */

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  ldquo: '"',
  rdquo: '"',
  lsquo: "'",
  rsquo: "'",
  sbquo: "'",
  bdquo: '"',
};
const ENTITY = /&(?:#(?<decimal>\d{1,6})|#x(?<hex>[\da-f]{1,5})|(?<name>[a-z]{2,6}));/gi;
const AMPERSAND = /&amp;(?=#?\w{1,6};)/g;
const NEW_LINE = /<(?:br|\/p|\/div|\/pre|\/li|\/tr|\/blockquote|\/h\d)\s{0,4}\/?>(?:\^M|\r)?\n?/gi;
const CELL = /<t[dh](?:\s[^<>]{0,200})?>/gi;
/** Only tags of HTML: logs of flash tools are full of XML, and `<<<<` is somebody's arrow. */
const TAG =
  /<\/?(?:p|div|pre|code|kbd|samp|tt|span|b|i|u|em|strong|a|li|ul|ol|table|tbody|thead|tr|td|th|blockquote|h[1-6]|font|html|body)(?:\s[^<>]{0,300})?>/gi;
const BBCODE = /\[\/?(?:code|quote|pre|b|i|u|size|color|font)(?:=[^\]\n]{0,80})?\]/gi;
const EMPHASIS = /\*\*/g;
const FENCE = /^[ \t>]{0,64}(?:`{3,16}|~{3,16})[\w+-]{0,20}[ \t]{0,16}$/gm;

/** The text without HTML tags and entities, BBCode, fences and bold. Cells of a table become cells of a Markdown one. */
export function withoutMarkup(text: string): string {
  const plain = /<\/?[a-z]/i.test(text)
    ? text.replace(NEW_LINE, "\n").replace(CELL, "| ").replace(TAG, "")
    : text;
  const spelled = plain.includes("&") ? plain.replace(AMPERSAND, "&").replace(ENTITY, spell) : plain;
  return spelled.replace(BBCODE, "").replace(FENCE, "").replace(EMPHASIS, "");
}

function spell(entity: string, ...rest: unknown[]): string {
  const { decimal, hex, name } = rest.at(-1) as Record<string, string | undefined>;
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? entity;
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
}
