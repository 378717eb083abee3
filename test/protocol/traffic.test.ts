import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UsbDevice } from "../../src/core/bus.js";
import { isEcflashError } from "../../src/core/errors.js";
import { diagFrame } from "../../src/protocol/diag.js";
import { formatFirehose } from "../../src/protocol/firehose/xml.js";
import { encodeFrame } from "../../src/protocol/hdlc.js";
import { encodeSahara } from "../../src/protocol/sahara.js";
import { isTransfer, readRecording, type Transfer } from "../../src/protocol/traffic/format.js";
import { TrafficRecorder } from "../../src/protocol/traffic/recorder.js";
import { NORMAL_DEVICE, EDL_DEVICE } from "../sim/devices.js";
import { anyCuts, bytesOf } from "./cuts.js";

const IMEI = "9".repeat(15);
const [NORMAL, EDL] = [NORMAL_DEVICE, EDL_DEVICE];
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function recorder(devices: readonly UsbDevice[] = [NORMAL]) {
  let text = "";
  const parts = {
    write: (line: string) => {
      text += line;
    },
    nowMs: () => 0,
    newDigest: () => {
      const hash = createHash("sha256");
      return { update: (bytes: Uint8Array) => hash.update(bytes), hex: () => hash.digest("hex") };
    },
  };
  const made = new TrafficRecorder(parts, "a test", devices);
  const transfers = (): Transfer[] => {
    made.end();
    return readRecording(text, "x").lines.filter(isTransfer);
  };
  return { made, text: () => text, transfers };
}

/** What was said on one interface, without its place. */
const said = (transfers: readonly Transfer[]) =>
  transfers.map((one) => [one.dir, "text" in one ? one.text : "hex" in one ? one.hex : one.bytes]);

describe("taking down an AT port", () => {
  const at = { device: NORMAL, interfaceNumber: 2 };
  const answer = `AT+GSN\r\r\n${IMEI}\r\n\r\nOK\r\n`;

  it("masks an identity however the answer is cut", () => {
    fc.assert(
      fc.property(anyCuts(answer.length), (cuts) => {
        const { made, transfers, text } = recorder();
        made.transfer(at, "out", bytesOf("AT+GSN\r"));
        const edges = [0, ...cuts.toSorted((a, b) => a - b), answer.length];
        edges.slice(1).forEach((end, index) => {
          made.transfer(at, "in", bytesOf(answer.slice(edges[index], end)));
        });
        expect(said(transfers())).toEqual([
          ["out", "AT+GSN\r"],
          ["in", answer.replace(IMEI, "000000000000001")],
        ]);
        expect(text()).not.toMatch(/9{5}/);
      }),
    );
  });

  it("takes down typed commands one by one, and of half a line no digit", () => {
    const { made, transfers } = recorder();
    for (const key of "AT\rATI\r") made.transfer(at, "out", bytesOf(key));
    made.transfer(at, "in", bytesOf(`OK\r\n+QCCID: ${IMEI.slice(0, 9)}`));
    made.transfer(at, "out", bytesOf("AT+CFUN?\r"));
    expect(said(transfers())).toEqual([
      ["out", "AT\r"],
      ["out", "ATI\r"],
      ["in", "OK\r\n"],
      ["out", "AT+CFUN?\r"],
      ["in", "+QCCID: 000000000"],
    ]);
  });

  it("keeps two ports of a module apart, and closes one of them", () => {
    const { made, transfers } = recorder();
    made.transfer(at, "in", bytesOf("RDY\r\n"));
    made.transfer({ ...at, interfaceNumber: 3 }, "in", bytesOf("RING\r\n"));
    made.closed({ ...at, interfaceNumber: 3 });
    expect(transfers().map((one) => [one.interface, ...(said([one])[0] ?? [])])).toEqual([
      [3, "in", "RING\r\n"],
      [2, "in", "RDY\r\n"],
    ]);
  });
});

describe("taking down the DM port", () => {
  it("copies the frames it knows and counts the others, since a log has identities in many forms", () => {
    const { made, transfers } = recorder();
    const dm = { device: NORMAL, interfaceNumber: 0 };
    const log = encodeFrame(bytesOf(`\x10${IMEI}`));
    made.transfer(dm, "out", diagFrame("enterEdl"));
    for (let frames = 0; frames < 3; frames += 1) made.transfer(dm, "in", log);
    made.transfer(dm, "in", diagFrame("enterEdl"));
    const hex = Buffer.from(diagFrame("enterEdl")).toString("hex");
    expect(said(transfers())).toEqual([
      ["out", hex],
      ["in", 3 * log.length],
      ["in", hex],
    ]);
  });
});

describe("taking down EDL", () => {
  const edl = { device: EDL, interfaceNumber: 0 };

  it("keeps of an image its length and SHA-256, even of one that looks like a message", () => {
    const { made, transfers, text } = recorder([EDL]);
    const image = bytesOf(formatFirehose("log", { value: "SECRET" }).padEnd(8192, "x"));
    const [sectors, size] = [2, 4096];
    const program = formatFirehose("program", { num_partition_sectors: sectors, SECTOR_SIZE_IN_BYTES: size });
    made.transfer(edl, "out", bytesOf(program));
    made.transfer(edl, "in", bytesOf(formatFirehose("response", { value: "ACK", rawmode: "true" })));
    for (let at = 0; at < image.length; at += 1000) made.transfer(edl, "out", image.subarray(at, at + 1000));
    made.transfer(edl, "in", bytesOf(formatFirehose("response", { value: "ACK", rawmode: "false" })));
    const found = transfers();
    expect(said(found).map(([dir, what]) => [dir, typeof what])).toEqual([
      ["out", "string"],
      ["in", "string"],
      ["out", "number"],
      ["in", "string"],
    ]);
    expect(found[2]).toMatchObject({ bytes: 8192, sha256: sha256(image) });
    expect(text()).not.toContain("SECRET");
  });

  it("finds the end of a read inside a transfer, and the answer behind it", () => {
    const { made, transfers } = recorder([EDL]);
    const pages = new Uint8Array(4096).fill(0x3c);
    const closing = formatFirehose("response", { value: "ACK", rawmode: "false" });
    made.transfer(
      edl,
      "out",
      bytesOf(formatFirehose("read", { num_partition_sectors: 1, SECTOR_SIZE_IN_BYTES: 4096 })),
    );
    const opening = bytesOf(formatFirehose("response", { value: "ACK", rawmode: "true" }).trimEnd());
    made.transfer(edl, "in", Uint8Array.from([...opening, ...pages, ...bytesOf(closing)]));
    expect(said(transfers()).slice(1)).toEqual([
      ["in", formatFirehose("response", { value: "ACK", rawmode: "true" }).trimEnd()],
      ["in", 4096],
      ["in", closing],
    ]);
  });

  it("zeroes the chip serial and counts the programmer", () => {
    const { made, transfers } = recorder([EDL]);
    const serial = Uint8Array.of(0x12, 0x34, 0x56, 0x78);
    made.transfer(edl, "out", encodeSahara({ kind: "execute-data", command: 1 }));
    made.transfer(edl, "in", serial);
    made.transfer(edl, "in", encodeSahara({ kind: "read-data", image: 13, offset: 0, lengthBytes: 8 }));
    const piece = encodeSahara({ kind: "done" });
    made.transfer(edl, "out", piece);
    made.transfer(edl, "out", encodeSahara({ kind: "done" }));
    const found = transfers();
    expect(found[1]).toMatchObject({ dir: "in", hex: "00000000" });
    expect(found[3]).toMatchObject({ dir: "out", bytes: 8, sha256: sha256(piece) });
    expect(found[4]).toMatchObject({ dir: "out", hex: Buffer.from(piece).toString("hex") });
  });

  it("counts what is neither a packet nor a message", () => {
    const { made, transfers } = recorder([EDL]);
    made.transfer(edl, "out", bytesOf("MBN? vendor bytes"));
    expect(said(transfers())).toEqual([["out", 17]]);
  });
});

describe("taking down where modules are", () => {
  it("says who left and who came, once", () => {
    const { made, text } = recorder();
    for (const devices of [[NORMAL], [], [], [EDL], [EDL]]) made.seen(devices);
    expect(readRecording(text(), "x").lines).toEqual([
      { ms: 0, portPath: "1-1.2", gone: true },
      { ms: 0, portPath: "1-1.2", mode: "edl", device: EDL },
    ]);
  });
});

describe("reading a recording", () => {
  const { made, text } = recorder();
  made.transfer({ device: NORMAL, interfaceNumber: 2 }, "out", bytesOf("ATI\r"));
  made.transfer({ device: NORMAL, interfaceNumber: 2 }, "in", bytesOf("OK\r\n"));
  made.seen([]);
  made.seen([EDL]);
  made.transfer({ device: EDL, interfaceNumber: 0 }, "out", bytesOf("junk"));
  made.end();
  const whole = text();

  it("cut anywhere it is readable or says which line is not", () => {
    for (let end = 0; end <= whole.length; end += 1) {
      try {
        expect(readRecording(whole.slice(0, end), "cut.ndjson").lines.length).toBeLessThanOrEqual(5);
      } catch (error) {
        if (!isEcflashError(error, "input-unreadable")) throw error;
        const line = whole.slice(0, end).split("\n").length;
        expect(error.facts.path).toBe("cut.ndjson");
        expect(error.facts.reason).toContain(`line ${line} of the recording: `);
      }
    }
    for (const end of [...whole.matchAll(/\n/g)].map(({ index }) => index + 1))
      expect(() => readRecording(whole.slice(0, end), "x")).not.toThrow();
  });

  const [head = ""] = whole.split("\n");
  const row = { ms: 1, portPath: "1-1.2", interface: 2, mode: "normal", dir: "out" };

  it.each([
    ["an unknown key", { ...row, text: "AT", note: "x" }],
    ["two payloads", { ...row, text: "AT", hex: "00" }],
    ["no payload", row],
    ["half a byte", { ...row, hex: "0" }],
    ["characters that are no bytes", { ...row, text: "\u20ac" }],
    ["a length nobody has room for", { ...row, bytes: 1e15, sha256: "0".repeat(64) }],
    ["no SHA-256", { ...row, bytes: 1, sha256: "x" }],
    ["a direction nobody knows", { ...row, dir: "up", text: "AT" }],
    ["a module that never came", { ...row, portPath: "1-9", text: "AT" }],
  ])("refuses %s, with the number of the line", (_, bad) => {
    const spoiled = `${head}\n${JSON.stringify({ ...row, text: "AT\r" })}\n${JSON.stringify(bad)}\n`;
    expect(() => readRecording(spoiled, "bad.ndjson")).toThrow(
      expect.objectContaining({
        code: "input-unreadable",
        facts: { path: "bad.ndjson", reason: expect.stringMatching(/^line 3 of the recording: ./) as string },
      }) as Error,
    );
  });

  it.each([
    ["nothing", ""],
    ["another schema", '{"schema":"ecflash.traffic/2"}'],
    ["a run log", '{"type":"plan"}'],
  ])("refuses %s as a header", (_, text) => {
    expect(() => readRecording(text, "x")).toThrow(
      expect.objectContaining({ code: "input-unreadable" }) as Error,
    );
  });
});
