import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import type { Place, PlaceState } from "../../src/core/nand-picture.js";
import { coloursFor } from "../../src/ui/colours.js";
import { nandMapSvg } from "../../src/ui/nand-map-svg.js";
import { nandMapText } from "../../src/ui/nand-map-text.js";

const geometry = { pageSizeBytes: 2048, pagesPerBlock: 64, blockCount: null };
const place = (name: string | null, startBlock: number, blockCount: number, state: PlaceState): Place => ({
  name,
  startBlock,
  blockCount,
  state,
  writtenBytes: 0,
  fill: 0,
});
const plain = { colours: coloursFor({ isTTY: false }), unicode: false };

describe("the NAND in a terminal", () => {
  it("is to scale, and a trespass of one block in two thousand is seen", () => {
    const places = [
      place("SBL", 0, 1000, "untouched"),
      place("EFS2", 1000, 1, "trespass"),
      place("system", 1001, 999, "protected"),
    ];
    const bar = nandMapText(places, geometry, plain)[1] ?? "";
    expect(bar).toBe(`  ${".".repeat(38)}!${"P".repeat(37)}`);
  });

  it("of nothing is said to be nothing", () => {
    expect(nandMapText([], geometry, plain)).toEqual(["The map is empty."]);
  });
});

describe("the NAND as a picture", () => {
  it("is well-formed whatever is in a name, and carries no markup from there", () => {
    const hostile = '<script>alert("1")</script>&\u0007';
    const svg = nandMapSvg(
      [place(hostile, 0, 10, "trespass"), place(null, 10, 1, "untouched")],
      geometry,
      hostile,
      [hostile],
    );
    const elements = new Set<string>();
    const parser = new SaxesParser();
    parser.on("opentag", ({ name }) => elements.add(name));
    parser.on("error", (error) => {
      throw error;
    });
    parser.write(svg).close();
    expect(elements).toContain("title");
    expect(elements).not.toContain("script");
    expect(svg).toContain("(gap)");
  });

  it("has a leader and a row of its own for each place, none over another", () => {
    const places = Array.from({ length: 30 }, (_, at) => place(`p${at}`, at, 1, "written"));
    const svg = nandMapSvg(places, geometry, "x", []);
    expect(svg.match(/<polyline/g)).toHaveLength(30);
    const lower = nandMapSvg(places, geometry, "x", ["id 1", "plan 2"]);
    const heightOf = (picture: string) => Number(/height="(\d+)"/.exec(picture)?.[1]);
    expect(heightOf(lower)).toBeGreaterThan(heightOf(svg));
    expect(lower).toMatch(/>id 1<[^]*>plan 2<[^]*>partition</);
    const rows = [...svg.matchAll(/y="([\d.]+)">p\d+</g)].map(([, y]) => Number(y));
    expect(rows.slice(1).map((y, at) => y - (rows[at] ?? 0))).toEqual(Array.from({ length: 29 }, () => 24));
  });
});
