import type { Geometry } from "../core/maps.js";
import type { Place, PlaceState } from "../core/nand-picture.js";
import { xmlText } from "./escape.js";
import { formatBytes } from "./format.js";
import { shareOf, STATE_WORDS } from "./nand-map-text.js";

const WIDTH = 760;
const TOP = 84;
const CAPTION = 17;
const ROW = 24;
const STRIP = { x: 24, width: 72 } as const;
const LIST_X = 150;
const COLUMNS = {
  name: LIST_X + 26,
  blocks: LIST_X + 150,
  size: LIST_X + 330,
  fill: LIST_X + 350,
  state: LIST_X + 470,
} as const;
const FILL_WIDTH = 100;

/** A pattern for each state, so that a print in grey tells them apart; the words stand beside each row as well. */
const PATTERNS: Readonly<Record<PlaceState, string>> = {
  written: '<rect width="8" height="8" fill="#2b6ca3"/>',
  erased: '<rect width="8" height="8" fill="#fff"/><path d="M0 8L8 0" stroke="#2b6ca3" stroke-width="1.5"/>',
  protected: '<rect width="8" height="8" fill="#f3e2a9"/><circle cx="4" cy="4" r="1.6" fill="#7a5c00"/>',
  untouched: '<rect width="8" height="8" fill="#eee"/>',
  trespass:
    '<rect width="8" height="8" fill="#fff"/><path d="M0 0L8 8M8 0L0 8" stroke="#c01818" stroke-width="2.5"/>',
};

/**
 * The NAND of a package as a picture that stands alone: a strip to scale, a leader from each place to its row, so that
 * the smallest is named too. `captions` say which package it is, for whoever signs it. No script, nothing from outside, its own white ground.
 */
export function nandMapSvg(
  places: readonly Place[],
  geometry: Geometry,
  title: string,
  captions: readonly string[],
): string {
  const last = places.at(-1);
  const blocks = Math.max(1, last === undefined ? 0 : last.startBlock + last.blockCount);
  const strip = { top: TOP + captions.length * CAPTION, height: Math.max(places.length * ROW, 10 * ROW) };
  const height = strip.top + strip.height + 56;
  const y = (block: number) => strip.top + (block / blocks) * strip.height;
  const legend = (Object.keys(PATTERNS) as PlaceState[]).filter(
    (state) => state !== "trespass" || places.some((place) => place.state === state),
  );
  const blockBytes = geometry.pageSizeBytes * geometry.pagesPerBlock;
  const subtitle = `${geometry.pageSizeBytes}-byte pages, ${blockBytes / 1024} KiB blocks, ${formatBytes(blocks * blockBytes)} mapped`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="13" fill="#222">`,
    `<title id="title">${xmlText(title)}</title>`,
    `<desc id="desc">${xmlText(describe(places))}</desc>`,
    "<defs>",
    ...legend.map(
      (state) =>
        `<pattern id="${state}" width="8" height="8" patternUnits="userSpaceOnUse">${PATTERNS[state]}</pattern>`,
    ),
    "</defs>",
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    `<text x="24" y="30" font-size="17" font-weight="bold">${xmlText(title)}</text>`,
    `<text x="24" y="50" fill="#555">${xmlText(subtitle)}</text>`,
    ...captions.map(
      (caption, index) =>
        `<text x="24" y="${50 + (index + 1) * CAPTION}" font-family="monospace" font-size="12" fill="#555">${xmlText(caption)}</text>`,
    ),
    headings(strip.top - 12),
    ...places.flatMap((place, index) => rowOf(place, geometry, y, strip.top + index * ROW + ROW / 2)),
    `<rect x="${STRIP.x}" y="${strip.top}" width="${STRIP.width}" height="${strip.height}" fill="none" stroke="#222"/>`,
    ...legend.map((state, index) => legendOf(state, 24 + index * 140, height - 28)),
    "</svg>",
    "",
  ].join("\n");
}

function headings(y: number): string {
  const head = (x: number, text: string, anchor = "start") =>
    `<text x="${x}" y="${y}" fill="#555" font-size="12" text-anchor="${anchor}">${text}</text>`;
  return [
    head(COLUMNS.name, "partition"),
    head(COLUMNS.blocks, "blocks"),
    head(COLUMNS.size, "size", "end"),
    head(COLUMNS.fill, "filled by its image"),
    head(COLUMNS.state, "the plan"),
  ].join("");
}

function rowOf(place: Place, geometry: Geometry, y: (block: number) => number, middle: number): string[] {
  const { name, startBlock, blockCount, state, fill } = place;
  const [top, bottom] = [y(startBlock), y(startBlock + blockCount)];
  const center = (top + bottom) / 2;
  const right = STRIP.x + STRIP.width;
  const size = formatBytes(blockCount * geometry.pagesPerBlock * geometry.pageSizeBytes);
  const baseline = middle + 4.5;
  const weight = state === "trespass" ? ' font-weight="bold" fill="#c01818"' : "";
  return [
    `<rect x="${STRIP.x}" y="${round(top)}" width="${STRIP.width}" height="${round(bottom - top)}" fill="url(#${state})" stroke="#222" stroke-width="0.5"/>`,
    `<polyline points="${right},${round(center)} ${right + 12},${round(center)} ${LIST_X - 12},${middle} ${LIST_X},${middle}" fill="none" stroke="#888" stroke-width="0.8"/>`,
    `<rect x="${LIST_X}" y="${middle - 8}" width="16" height="16" fill="url(#${state})" stroke="#222" stroke-width="0.5"/>`,
    `<text x="${COLUMNS.name}" y="${baseline}"${weight}>${xmlText(name ?? "(gap)")}</text>`,
    `<text x="${COLUMNS.blocks}" y="${baseline}">${startBlock}-${startBlock + blockCount - 1}</text>`,
    `<text x="${COLUMNS.size}" y="${baseline}" text-anchor="end">${size}</text>`,
    ...(fill === 0
      ? []
      : [
          `<rect x="${COLUMNS.fill}" y="${middle - 5}" width="${FILL_WIDTH}" height="10" fill="#fff" stroke="#222" stroke-width="0.5"/>`,
          `<rect x="${COLUMNS.fill}" y="${middle - 5}" width="${round(Math.max(1, fill * FILL_WIDTH))}" height="10" fill="#2b6ca3"/>`,
        ]),
    `<text x="${COLUMNS.state}" y="${baseline}"${weight}>${STATE_WORDS[state]}${fill === 0 ? "" : `, ${shareOf(fill)}`}</text>`,
  ];
}

function legendOf(state: PlaceState, x: number, y: number): string {
  return `<rect x="${x}" y="${y - 8}" width="16" height="16" fill="url(#${state})" stroke="#222" stroke-width="0.5"/><text x="${x + 24}" y="${y + 4.5}">${STATE_WORDS[state]}</text>`;
}

function describe(places: readonly Place[]): string {
  return places
    .map(
      ({ name, startBlock, blockCount, state }) =>
        `${name ?? "gap"} ${startBlock}-${startBlock + blockCount - 1} ${STATE_WORDS[state]}`,
    )
    .join("; ");
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
