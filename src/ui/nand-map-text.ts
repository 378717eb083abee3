import type { Geometry } from "../core/maps.js";
import type { Place, PlaceState } from "../core/nand-picture.js";
import type { coloursFor } from "./colours.js";
import { shown } from "./escape.js";
import { formatBytes } from "./format.js";

export interface Drawing {
  readonly colours: ReturnType<typeof coloursFor>;
  /** Whether the terminal shows block characters. */
  readonly unicode: boolean;
}

/** Cells of the bar; with its frame it stays inside 80 columns. */
const CELLS = 76;
const FILL_CELLS = 10;
/** Each state is another sign, so that nothing rests on colour. */
const SIGNS: Readonly<Record<PlaceState, { readonly unicode: string; readonly ascii: string }>> = {
  written: { unicode: "█", ascii: "#" },
  erased: { unicode: "░", ascii: "-" },
  protected: { unicode: "▚", ascii: "P" },
  untouched: { unicode: "·", ascii: "." },
  trespass: { unicode: "!", ascii: "!" },
};
export const STATE_WORDS: Readonly<Record<PlaceState, string>> = {
  written: "written",
  erased: "erased only",
  protected: "protected",
  untouched: "untouched",
  trespass: "TRESPASS",
};

/** The NAND as a bar to scale, a row for each place, and what the signs mean. At most 80 columns. */
export function nandMapText(places: readonly Place[], geometry: Geometry, drawing: Drawing): string[] {
  const blockBytes = geometry.pageSizeBytes * geometry.pagesPerBlock;
  const last = places.at(-1);
  const blocks = last === undefined ? 0 : last.startBlock + last.blockCount;
  if (blocks === 0) return ["The map is empty."];
  const cell = formatBytes((blocks * blockBytes) / CELLS);
  // The rest of a partition that an image does not fill is drawn as erased.
  const drawn = new Set<PlaceState>([...places.map(({ state }) => state), "erased"]);
  const states = (Object.keys(SIGNS) as PlaceState[]).filter((state) => drawn.has(state));
  return [
    `NAND to scale, one sign is ${cell}:`,
    barOf(places, blocks, drawing),
    `  ${states.map((state) => `${paint(state, signOf(state, drawing), drawing)} ${STATE_WORDS[state]}`).join("   ")}`,
    "",
    `${"partition".padEnd(16)}${"blocks".padEnd(12)}${"sectors".padEnd(16)}${"size".padStart(10)}  the plan`,
    ...places.map((place) => rowOf(place, geometry, drawing)),
  ];
}

/** A cell shows what most of it is; a trespass is shown however small it is. */
function barOf(places: readonly Place[], blocks: number, drawing: Drawing): string {
  const cells = Array.from({ length: CELLS }, (_, index) => {
    const from = (index * blocks) / CELLS;
    const to = ((index + 1) * blocks) / CELLS;
    const inside = places
      .map(({ state, startBlock, blockCount }) => ({
        state,
        share: Math.min(to, startBlock + blockCount) - Math.max(from, startBlock),
      }))
      .filter(({ share }) => share > 0);
    const largest = inside.reduce((best, one) => (one.share > best.share ? one : best));
    return inside.some(({ state }) => state === "trespass") ? "trespass" : largest.state;
  });
  return `  ${cells.map((state) => paint(state, signOf(state, drawing), drawing)).join("")}`;
}

function rowOf(
  { name, startBlock, blockCount, state, fill }: Place,
  geometry: Geometry,
  drawing: Drawing,
): string {
  const { pagesPerBlock, pageSizeBytes } = geometry;
  const end = startBlock + blockCount;
  const columns = [
    shown(name ?? "(gap)").padEnd(16),
    `${startBlock}-${end - 1}`.padEnd(12),
    `${startBlock * pagesPerBlock}-${end * pagesPerBlock - 1}`.padEnd(16),
    formatBytes(blockCount * pagesPerBlock * pageSizeBytes).padStart(10),
  ];
  const done = paint(state, STATE_WORDS[state], drawing);
  if (fill === 0) return `${columns.join("")}  ${done}`;
  const filled = Math.max(1, Math.round(fill * FILL_CELLS));
  const bar =
    signOf("written", drawing).repeat(filled) + signOf("erased", drawing).repeat(FILL_CELLS - filled);
  return `${columns.join("")}  ${done} ${bar} ${shareOf(fill)}`;
}

/** Rounded up, as a page that is written in part is taken. */
export function shareOf(fill: number): string {
  return `${Math.ceil(fill * 100)} %`;
}

function signOf(state: PlaceState, { unicode }: Drawing): string {
  return SIGNS[state][unicode ? "unicode" : "ascii"];
}

function paint(state: PlaceState, text: string, { colours }: Drawing): string {
  if (state === "trespass") return colours.bold(colours.red(text));
  if (state === "written") return colours.cyan(text);
  if (state === "protected") return colours.yellow(text);
  return state === "erased" ? colours.blue(text) : colours.dim(text);
}
