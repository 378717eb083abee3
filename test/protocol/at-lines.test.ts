import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AtLineReader, type AtToken, latin1, toLatin1 } from "../../src/protocol/at/lines.js";
import { anyCuts, bytesOf, everyCut, readCut } from "./cuts.js";

const line = (text: string): AtToken => ({ kind: "line", text });
const PROMPT: AtToken = { kind: "prompt" };
const read = (text: string) => new AtLineReader().push(bytesOf(text));

describe("AtLineReader", () => {
  it.each([
    ["CR LF", "ATI\r\nQuectel\r\n\r\nOK\r\n"],
    ["CR CR LF, as an echo ends", "ATI\r\r\nQuectel\r\r\nOK\r\r\n"],
    ["LF alone", "ATI\nQuectel\n\nOK\n"],
    ["CR alone", "ATI\rQuectel\rOK\r"],
  ])("ends lines with %s", (_name, text) => {
    expect(read(text)).toEqual([line("ATI"), line("Quectel"), line("OK")]);
  });

  it("keeps a line until its end came", () => {
    const reader = new AtLineReader();
    expect(reader.push(bytesOf("\r\n+CFUN: "))).toEqual([]);
    expect(reader.push(bytesOf("7"))).toEqual([]);
    expect(reader.push(bytesOf("\r"))).toEqual([line("+CFUN: 7")]);
  });

  it("knows a prompt, which has no line end", () => {
    expect(read("\r\n> ")).toEqual([PROMPT]);
    expect(read("\r\n> \r\nOK\r\n")).toEqual([PROMPT, line("OK")]);
    expect(read("a > b\r\n")).toEqual([line("a > b")]);
  });

  it("says the same however the bytes are cut", () => {
    const { whole, cut } = everyCut(
      () => new AtLineReader(),
      bytesOf('AT+CMGS="1"\r\r\n> text\r\n+CMGS: 1\r\n\r\n\xff\x00\x7e noise\r\n$GPGGA,,,\r\nOK\r\n'),
    );
    expect(whole).toHaveLength(7);
    for (const tokens of cut) expect(tokens).toEqual(whole);
  });

  it("says the same for any text and any cuts", () => {
    const piece = fc.oneof(fc.constantFrom("\r", "\n", "> ", "OK", " ", "+CREG: 0,2"), fc.string());
    const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(""));
    const cutText = text.chain((one) => fc.tuple(fc.constant(one), anyCuts(one.length)));
    fc.assert(
      fc.property(cutText, ([one, cuts]) => {
        const bytes = toLatin1(one);
        expect(readCut(new AtLineReader(), bytes, cuts)).toEqual(new AtLineReader().push(bytes));
      }),
    );
  });

  it("drops a line of a megabyte whole, and its tail does not pass for an answer", () => {
    const noise = bytesOf("x".repeat(1_000_000) + "OK\r\n+CFUN: 1\r\n");
    for (const size of [997, 4096, 65_536, noise.length]) {
      const places = Array.from({ length: Math.floor(noise.length / size) }, (_, at) => at * size);
      expect(readCut(new AtLineReader(), noise, places)).toEqual([line("+CFUN: 1")]);
    }
  });

  it("holds no more than a line while an endless one comes", () => {
    const reader = new AtLineReader();
    for (let chunks = 0; chunks < 1_000; chunks += 1)
      expect(reader.push(bytesOf("y".repeat(1_000)))).toEqual([]);
    expect(reader.push(bytesOf("\r\nOK\r\n"))).toEqual([line("OK")]);
  });
});

describe("bytes and characters", () => {
  it("are one to one, so noise survives both ways", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        expect(toLatin1(latin1(bytes))).toEqual(bytes);
      }),
      { numRuns: 20 },
    );
  });

  it("become ? where an AT port has no byte for them", () => {
    expect(toLatin1("“é")).toEqual(Uint8Array.of(0x3f, 0xe9));
  });
});
