import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as commands from "../../src/protocol/firehose/commands.js";
import { parseStorageInfo } from "../../src/protocol/firehose/storage-info.js";
import { FirehoseReader, formatFirehose, parseFirehose } from "../../src/protocol/firehose/xml.js";
import { anyCuts, bytesOf, everyCut, readCut } from "./cuts.js";

const GEOMETRY = { pageSizeBytes: 2048, pagesPerBlock: 64, blockCount: 2048 };
const RANGE = { start: 13_184, end: 13_952 };
const PLACE = {
  PAGES_PER_BLOCK: "64",
  SECTOR_SIZE_IN_BYTES: "2048",
  num_partition_sectors: "768",
  physical_partition_number: "0",
  start_sector: "13184",
};

const read = (text: string) => new FirehoseReader().push(new TextEncoder().encode(text));
const log = (value: string) => ({ name: "log", attributes: { value } });

describe("what ecflash says to a programmer", () => {
  it.each([
    [
      "configure",
      commands.configureCommand(8192),
      {
        MemoryName: "nand",
        Verbose: "0",
        AlwaysValidate: "0",
        MaxDigestTableSizeInBytes: "2048",
        MaxPayloadSizeToTargetInBytes: "8192",
        ZlpAwareHost: "1",
        SkipStorageInit: "0",
      },
    ],
    ["erase", commands.eraseCommand(GEOMETRY, RANGE), PLACE],
    ["program", commands.programCommand(GEOMETRY, RANGE, "tz.mbn"), { ...PLACE, filename: "tz.mbn" }],
    ["read", commands.readCommand(GEOMETRY, RANGE), PLACE],
    ["getstorageinfo", commands.storageInfoCommand(), { physical_partition_number: "0" }],
    ["nop", commands.nopCommand(), {}],
    ["power", commands.resetCommand(10), { DelayInSeconds: "10", value: "reset" }],
    ["power", commands.resetCommand(0), { value: "reset" }],
  ])("%s is one element with these attributes (domain.md 4.2)", (name, xml, attributes) => {
    expect(parseFirehose(xml)).toEqual([{ name, attributes }]);
  });

  it("never names an empty range: an erase without one is the whole chip", () => {
    for (const range of [
      { start: 5, end: 5 },
      { start: 5, end: 4 },
      { start: Number.NaN, end: 9 },
    ]) {
      expect(() => commands.eraseCommand(GEOMETRY, range)).toThrow(RangeError);
      expect(() => commands.programCommand(GEOMETRY, range, "x")).toThrow(RangeError);
      expect(() => commands.readCommand(GEOMETRY, range)).toThrow(RangeError);
    }
  });

  it("carries any file name and value unharmed", () => {
    const value = fc.string().filter((text) => /^[ -~]*$/.test(text));
    fc.assert(
      fc.property(value, (text) => {
        expect(parseFirehose(formatFirehose("program", { filename: text }))).toEqual([
          { name: "program", attributes: { filename: text } },
        ]);
      }),
    );
  });
});

describe("FirehoseReader", () => {
  const HEADER = '<?xml version="1.0" encoding="UTF-8" ?>';
  const TALK = [
    `${HEADER}<data>\n<log value="Supported Functions: program configure read" /></data>`,
    `${HEADER}<data><log value="{&quot;storage_info&quot;: {&quot;total_blocks&quot;:2048}}" /></data>`,
    `\0\0\0${HEADER}<data><response value="ACK" rawmode="false" /></data>\r\n\0`,
  ].join("");
  const ELEMENTS = [
    log("Supported Functions: program configure read"),
    log('{"storage_info": {"total_blocks":2048}}'),
    { name: "response", attributes: { value: "ACK", rawmode: "false" } },
  ];

  it("reads several messages of one transfer, and JSON with quotes in a log", () => {
    expect(read(TALK)).toEqual(ELEMENTS);
  });

  it("reads the same cut at every byte", () => {
    const { whole, cut } = everyCut(() => new FirehoseReader(), bytesOf(TALK));
    expect(whole).toEqual(ELEMENTS);
    for (const elements of cut) expect(elements).toEqual(ELEMENTS);
  });

  it("reads several elements of one message, in order", () => {
    expect(read('<data><log value="a"/><log value="b"/></data>')).toEqual([log("a"), log("b")]);
  });

  it("does not break a letter of several bytes that is cut", () => {
    const bytes = new TextEncoder().encode('<data><log value="Größe 4 KiB ✓"/></data>');
    const places = [...bytes.keys()];
    expect(readCut(new FirehoseReader(), bytes, places)).toEqual([log("Größe 4 KiB ✓")]);
  });

  it.each([
    ["a tag that is not closed", "<data><log value='x'></data>"],
    ["a bare ampersand", '<data><log value="a & b" /></data>'],
    ["no XML at all", "\x01\x02\x03</data>"],
  ])("makes junk of %s and goes on", (_name, text) => {
    const found = read(text + TALK);
    expect(found[0]).toEqual({ name: "junk", attributes: { value: text } });
    expect(found.slice(1)).toEqual(ELEMENTS);
  });

  it("keeps what stands before a message, which may be half of another", () => {
    const half = `${HEADER}<data><log value="Skipping: bad block 0x4`;
    const [lost, ...rest] = read(half + TALK);
    expect(lost).toEqual({ name: "junk", attributes: { value: half } });
    expect(rest).toEqual(ELEMENTS);
  });

  it("does not grow while noise without an end comes", () => {
    const reader = new FirehoseReader();
    for (let chunks = 0; chunks < 300; chunks += 1)
      expect(reader.push(new Uint8Array(1_024).fill(0x55))).toEqual([]);
    reader.push(new Uint8Array(65_536).fill(0x55));
    expect(reader.push(bytesOf(TALK)).slice(-3)).toEqual(ELEMENTS);
  });

  it("never throws, and says the same for any bytes and cuts", () => {
    const piece = fc.oneof(
      fc.constantFrom(HEADER, "<data>", "</data>", '<log value="', '"/>', "&quot;", "&", "\0"),
      fc.string(),
    );
    const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(""));
    const cutText = text.chain((one) => fc.tuple(fc.constant(one), anyCuts(one.length)));
    fc.assert(
      fc.property(cutText, ([one, cuts]) => {
        const bytes = new TextEncoder().encode(one);
        const places = cuts.filter((place) => place < bytes.length);
        expect(readCut(new FirehoseReader(), bytes, places)).toEqual(new FirehoseReader().push(bytes));
      }),
      { numRuns: 300 },
    );
  });
});

describe("parseStorageInfo", () => {
  const line = (info: object) => `INFO: ${JSON.stringify({ storage_info: info })}`;
  const INFO = { total_blocks: 2048, block_size: 131_072, page_size: 2048, mem_type: "NAND" };

  it("takes a block in bytes and a block in pages for the same", () => {
    const geometry = { pageSizeBytes: 2048, pagesPerBlock: 64, blockCount: 2048, part: "" };
    expect(parseStorageInfo(line(INFO))).toEqual(geometry);
    expect(parseStorageInfo(line({ ...INFO, block_size: 64, prod_name: "MT29F4G08" }))).toEqual({
      ...geometry,
      part: "MT29F4G08",
    });
  });

  it.each([
    ["another line", "Finished sector address 13952"],
    ["JSON that is cut", '{"storage_info": {"total_blocks": 20}'],
    ["no page size", line({ total_blocks: 1, block_size: 64 })],
    ["words for numbers", line({ ...INFO, total_blocks: "2048" })],
    ["a block that is no number of pages", line({ ...INFO, block_size: 5000 })],
    ["zeros", line({ ...INFO, total_blocks: 0 })],
    ["null", '{"storage_info": null}'],
  ])("is null for %s", (_name, text) => {
    expect(parseStorageInfo(text)).toBeNull();
  });

  it("never throws", () => {
    const near = fc.json().map((json) => `{"storage_info": ${json}}`);
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        const info = parseStorageInfo(text);
        if (info !== null) expect(Number.isInteger(info.pagesPerBlock)).toBe(true);
      }),
    );
  });
});
