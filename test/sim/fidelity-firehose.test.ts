import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latin1, toLatin1 } from "../../src/protocol/at/lines.js";
import { parseFirehose } from "../../src/protocol/firehose/xml.js";
import type { GeometryName } from "../../src/sim/scenario.js";
import { differenceOf, type Expected, NO_DIFFERENCE, recordings } from "./fidelity.js";
import { changed, DEADLINE_MS, edlHost, type EdlHost, enterEdl, PROGRAMMER, worldOf } from "./host.js";

interface Exchange {
  /** As the tool sent it; null is what the programmer says before any. */
  readonly command: string | null;
  /** Log lines and responses, raw. */
  readonly says: readonly string[];
  /** The recording begins behind so many lines. */
  readonly saysFrom?: number;
  readonly difference?: Expected;
}

interface Recording {
  readonly chip: string;
  readonly geometry: GeometryName;
  /** Image, offset and length of the first requests for the programmer. */
  readonly sahara?: readonly string[];
  readonly exchanges: readonly Exchange[];
}

const RECORDINGS = recordings<Recording>("firehose-");

/** Numbers are values; names, words, their order and every blank are not. */
function shapeOf(line: string): string {
  return line.replace(/0x[0-9a-f]+/gi, "<hex>").replace(/\d+/g, "<n>");
}

/** Lines as the programmer writes them, to the next response. */
async function untilResponse({ endpoint }: EdlHost): Promise<string[]> {
  let text = "";
  while (!/<response\b[^>]*>/.test(text)) text += latin1(await endpoint.read(65536, DEADLINE_MS));
  return elementsOf(text);
}

const elementsOf = (text: string) => text.match(/<(?:log|response)\b[^>]*>/g) ?? [];

async function greeting({ endpoint }: EdlHost): Promise<string[]> {
  let text = "";
  while (!text.includes("Supported Functions")) text += latin1(await endpoint.read(65536, DEADLINE_MS));
  return elementsOf(text);
}

async function replay(host: EdlHost, command: string): Promise<string[]> {
  await host.send(toLatin1(`<?xml version="1.0" encoding="UTF-8" ?>\n<data>\n${command}\n</data>\n`));
  const said = await untilResponse(host);
  const [element] = parseFirehose(`<data>${command}</data>`) ?? [];
  if (element?.name !== "program") return said;
  const { num_partition_sectors: sectors, SECTOR_SIZE_IN_BYTES: sectorBytes } = element.attributes;
  const image = new Uint8Array(Number(sectors) * Number(sectorBytes)).fill(0x5a);
  for (let at = 0; at < image.length; at += 8192) await host.send(image.subarray(at, at + 8192));
  return [...said, ...(await untilResponse(host))];
}

/** A module in EDL whose programmer has come up, and how it asked for it. */
async function inEdl(geometry: GeometryName) {
  const world = worldOf(
    await changed("healthy", ({ nand }) =>
      geometry === "p4K_b256K"
        ? {}
        : { nand: { ...nand, geometry, blockCount: 2048, map: { name: "EG25_GGB", efs2LongerByBlocks: 0 } } },
    ),
  );
  const host = await edlHost(world, await enterEdl(world));
  const requests = await host.upload(PROGRAMMER);
  await host.sendSahara({ kind: "done" });
  await host.sahara();
  return { host, requests };
}

describe.each(RECORDINGS)("%s", (_name, { chip, geometry, exchanges }) => {
  it("the programmer's lines are the recorded ones, but for what is listed with its reason", async () => {
    const { host } = await inEdl(geometry);
    const hello = await greeting(host);
    if (!exchanges.some(({ command }) => command?.startsWith("<configure"))) await host.configure();
    for (const { command, says, saysFrom, difference } of exchanges) {
      const model = command === null ? hello : await replay(host, command);
      const { reason, ...expected } = difference ?? { ...NO_DIFFERENCE, reason: null };
      expect(reason).not.toBe("");
      // Another chip may differ; the one that is modelled may differ in what is listed alone.
      expect(
        differenceOf(says.map(shapeOf), model.slice(saysFrom ?? 0).map(shapeOf)),
        `${chip} ${command ?? "greeting"}`,
      ).toEqual(expected);
    }
  });
});

describe.each(RECORDINGS.filter(([, { sahara }]) => sahara !== undefined))("%s", (_name, recording) => {
  it("asks for the programmer in the recorded way", async () => {
    const { requests } = await inEdl(recording.geometry);
    const asked = requests.flatMap((packet) => (packet.kind === "read-data" ? [packet] : []));
    const recorded = (recording.sahara ?? []).map((line) => line.split(" ").map(Number));
    const [header, programHeaders] = recorded;
    expect([asked[0]?.image, asked[0]?.offset, asked[0]?.lengthBytes]).toEqual(header);
    expect([asked[1]?.image, asked[1]?.offset]).toEqual(programHeaders?.slice(0, 2));
    const largest = Math.max(...recorded.map(([, , length]) => length ?? 0));
    expect(Math.max(...asked.map(({ lengthBytes }) => lengthBytes))).toBe(largest);
    expect(requests.at(-1)).toMatchObject({ kind: "end-image", status: 0 });
  });
});

it("one attribute's place, one blank or one quote is reported, in any recorded line", () => {
  const lines = RECORDINGS.flatMap(([, { exchanges }]) => exchanges.flatMap(({ says }) => says));
  const places = lines.flatMap((line) =>
    Array.from(line).flatMap((char, at) => (/[ "=/<>]/.test(char) ? [{ line, at }] : [])),
  );
  expect(places.length).toBeGreaterThan(100);
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom("", "_"), ({ line, at }, other) => {
      const broken = line.slice(0, at) + other + line.slice(at + 1);
      expect(differenceOf([shapeOf(line)], [shapeOf(broken)]).model, broken).toHaveLength(1);
    }),
    { numRuns: 300 },
  );
});
