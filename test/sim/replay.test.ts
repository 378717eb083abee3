import { createHash } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ModuleBus, UsbDevice } from "../../src/core/bus.js";
import { recordingBus } from "../../src/device/recording-bus.js";
import { diagFrame } from "../../src/protocol/diag.js";
import { encodeSahara } from "../../src/protocol/sahara.js";
import { bytesOf } from "../../src/protocol/traffic/bytes.js";
import {
  isTransfer,
  readRecording,
  type Recording,
  type Transfer,
} from "../../src/protocol/traffic/format.js";
import { TrafficRecorder } from "../../src/protocol/traffic/recorder.js";
import { recordedModules } from "../../src/sim/recorded-module.js";
import { openReplay, type ReplayedWorld } from "../../src/sim/replay/world.js";
import { EDL_DEVICE, NORMAL_DEVICE } from "./devices.js";
import { serveUsbip } from "../../src/sim/usbip/server.js";
import { toLatin1 } from "../../src/protocol/at/lines.js";
import { makeBench, modes } from "../flow/bench.js";
import { VirtualTime } from "../flow/virtual-time.js";
import { at, DEADLINE_MS, isEdl, isNormal, QUIET_MS, realClock, scenarioNamed, worldOf } from "./host.js";
import { UsbipClient } from "./usbip-client.js";

const [NORMAL, EDL] = [NORMAL_DEVICE, EDL_DEVICE];

const newDigest = () => {
  const hash = createHash("sha256");
  return { update: (bytes: Uint8Array) => hash.update(bytes), hex: () => hash.digest("hex") };
};

/** A recorder in memory, and what it took down. */
function recorderOf(devices: readonly UsbDevice[], nowMs: () => number) {
  let text = "";
  const write = (line: string) => {
    text += line;
  };
  const recorder = new TrafficRecorder({ write, nowMs, newDigest }, "a test", devices);
  return {
    recorder,
    text: () => text,
    recording: (): Recording => {
      recorder.end();
      return readRecording(text, "x");
    },
  };
}

function replayOf(lines: readonly object[], devices: readonly UsbDevice[] = [NORMAL]): ReplayedWorld {
  const header = { schema: "ecflash.traffic/1", recorded: "by hand", masked: true, devices };
  return openReplay(
    readRecording([header, ...lines].map((one) => JSON.stringify(one)).join("\n"), "x"),
    realClock,
  );
}

const atLine = (dir: "out" | "in", text: string, ms = 0) => ({
  ms,
  portPath: "1-1.2",
  interface: 2,
  mode: "normal",
  dir,
  text,
});

describe("a recording's AT port", () => {
  it("answers by the command, again and again with the next answer and then always with the last", async () => {
    const world = replayOf([
      atLine("out", "AT+CFUN?\r"),
      atLine("in", "AT+CFUN?\r\r\n+CFUN: 7\r\n\r\nOK\r\n"),
      atLine("out", "ATI\r"),
      atLine("in", "ATI\r\r\nQuectel\r\n\r\nOK\r\n"),
      atLine("out", "AT+CFUN?\r"),
      atLine("in", "AT+CFUN?\r\r\n+CFUN: 1\r\n\r\nOK\r\n"),
    ]);
    const port = await world.bus.openPort(NORMAL, 2);
    expect(await at(port, "ATI")).toContain("Quectel");
    expect(await at(port, "at+cfun?")).toContain("+CFUN: 7");
    for (let again = 0; again < 3; again += 1) expect(await at(port, "AT+CFUN?")).toContain("+CFUN: 1");
    expect(world.unanswered).toEqual([]);
  });

  it("is silent to what was not recorded, and says so", async () => {
    const world = replayOf([atLine("out", "AT\r"), atLine("in", "AT\r\r\nOK\r\n"), atLine("out", "AT+X\r")]);
    const port = await world.bus.openPort(NORMAL, 2);
    for (const command of ["AT+EGMR=1,7", "AT+EGMR=1,7", "AT+X"]) await port.write(toLatin1(`${command}\r`));
    expect(await port.read(QUIET_MS)).toBeNull();
    // A recorded silence is an answer.
    expect(world.unanswered).toEqual([
      { portPath: "1-1.2", interfaceNumber: 2, what: "AT+EGMR=1,7", times: 2 },
    ]);
    const other = await world.bus.openPort(NORMAL, 3);
    await other.write(toLatin1("AT\r"));
    expect(await other.read(QUIET_MS)).toBeNull();
  });

  it("remembers a bounded number of questions", async () => {
    const world = replayOf([]);
    const port = await world.bus.openPort(NORMAL, 2);
    for (let number = 0; number < 500; number += 1) await port.write(toLatin1(`AT+Q${number}\r`));
    expect(world.unanswered).toHaveLength(100);
  });
});

describe("a recorded flash", () => {
  it("has no image byte and no identity in it, and lives again: whoever says the same hears the same", async () => {
    const IMEI = "9".repeat(15);
    const bench = await makeBench({
      module: ({ nv }) => ({ nv: { ...nv, imei: IMEI, serial: "D1Q19AB7" } }),
    });
    const { recorder, recording, text } = recorderOf(await bench.world.bus.list(), () => bench.clock.nowMs());
    const told = await bench.flash({ bus: recordingBus(bench.world.bus, recorder, modes) });
    expect(told.result.outcome).toBe("done");
    const recorded = recording();
    expect(text()).not.toMatch(/9{6}|D1Q19AB7/);
    const serial = bench.setup.hardware.chipSerial;
    expect(text()).not.toContain(String(serial));
    const transfers = recorded.lines.filter(isTransfer);
    const written = transfers.filter((one) => "bytes" in one && one.dir === "out");
    expect(written.reduce((sum, one) => sum + ("bytes" in one ? one.bytes : 0), 0)).toBeGreaterThan(
      1_000_000,
    );
    for (const one of transfers) {
      const long = "text" in one ? one.text.length : "hex" in one ? one.hex.length / 2 : 0;
      expect(long).toBeLessThan(4096);
    }
    const time = new VirtualTime();
    const world = openReplay(recorded, time);
    const answers = staysOf(transfers)
      .flat()
      .filter(({ dir }) => dir === "in");
    expect(answers.length).toBeGreaterThan(100);
    expect(await heardAgain(world, transfers, time)).toBe(answers.length);
    expect(world.unanswered).toEqual([]);
  });
});

/** Says everything of a recording in its order and holds every answer against it. Gives how many it heard. */
async function heardAgain(
  world: ReplayedWorld,
  transfers: readonly Transfer[],
  time: VirtualTime,
): Promise<number> {
  let heard = 0;
  for (const stay of staysOf(transfers)) {
    const [first] = stay;
    if (first === undefined) continue;
    const device = await arrival(world.bus, first.mode === "edl" ? isEdl : isNormal, time);
    const open = await world.bus.openEndpoint(device, first.interface);
    for (const one of stay) {
      const bytes = bytesOf(one);
      if (one.dir === "out") await open.write(bytes, { deadlineMs: 60_000 });
      else {
        const got: number[] = [];
        while (got.length < bytes.length) got.push(...(await open.read(bytes.length - got.length, 600_000)));
        expect(Buffer.from(got).equals(bytes)).toBe(true);
        heard += 1;
      }
    }
    await open.close();
  }
  return heard;
}

/**
 * What was said on one interface until another one was spoken to. What a port says before it was asked (NMEA, a boot line)
 * is nobody's answer and does not come again.
 */
function staysOf(transfers: readonly Transfer[]): Transfer[][] {
  const stays: Transfer[][] = [];
  for (const one of transfers) {
    const last = stays.at(-1);
    const same = last?.[0]?.interface === one.interface && last[0].mode === one.mode;
    if (same) last.push(one);
    else stays.push([one]);
  }
  return stays.map((stay) => {
    const asked = stay.findIndex(({ dir }) => dir === "out");
    return stay[0]?.mode === "edl" ? stay : asked < 0 ? [] : stay.slice(asked);
  });
}

async function arrival(
  bus: ModuleBus,
  wanted: (device: UsbDevice) => boolean,
  time: VirtualTime,
): Promise<UsbDevice> {
  for (let looks = 0; looks < 10_000; looks += 1) {
    const found = (await bus.list()).find(wanted);
    if (found !== undefined) return found;
    await time.sleep(100);
  }
  throw new Error("the module did not come");
}

describe("a recorded module's place", () => {
  const gone = { ms: 10, portPath: "1-1.2", gone: true };
  const back = { ms: 20, portPath: "1-1.2", mode: "edl", device: EDL };
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
  const dm = (dir: "out" | "in", bytes: Uint8Array) => ({
    ...{ ms: 0, portPath: "1-1.2", interface: 0, mode: "normal", dir },
    hex: hex(bytes),
  });

  it("leaves when it is told what made it leave, and is in EDL then", async () => {
    const frame = diagFrame("enterEdl");
    const world = replayOf([dm("out", frame), gone, back, dm("in", frame)]);
    const port = await world.bus.openPort(NORMAL, 0);
    expect(await port.read(QUIET_MS)).toBeNull();
    await port.write(frame);
    // Its last words were read when it had left already.
    expect(await port.read(DEADLINE_MS)).toEqual(frame);
    await expect(port.read(DEADLINE_MS)).rejects.toMatchObject({ code: "module-gone" });
    await realClock.sleep(30);
    expect(await world.bus.list()).toMatchObject([EDL]);
  });

  it("leaves in its time when nobody told it to", async () => {
    const world = replayOf([gone, back]);
    expect(await world.bus.list()).toMatchObject([NORMAL]);
    await realClock.sleep(40);
    expect(await world.bus.list()).toMatchObject([EDL]);
  });

  it("in EDL a host that says something else gets silence from then on", async () => {
    const hello = { kind: "hello", version: 2, compatible: 1, maxBytes: 1024, mode: 0 } as const;
    const line = { ms: 0, portPath: "1-1.2", interface: 0, mode: "edl" };
    const world = replayOf(
      [
        { ...line, dir: "in", hex: hex(encodeSahara(hello)) },
        { ...line, dir: "out", hex: hex(encodeSahara({ kind: "reset" })) },
        { ...line, dir: "in", hex: hex(encodeSahara({ kind: "reset-response" })) },
      ],
      [EDL],
    );
    const endpoint = await world.bus.openEndpoint(EDL, 0);
    expect(await endpoint.read(4096, DEADLINE_MS)).toEqual(encodeSahara(hello));
    await endpoint.write(encodeSahara({ kind: "done" }), { deadlineMs: DEADLINE_MS });
    await endpoint.write(encodeSahara({ kind: "reset" }), { deadlineMs: DEADLINE_MS });
    await expect(endpoint.read(4096, QUIET_MS)).rejects.toMatchObject({ code: "transfer-timeout" });
    expect(world.unanswered).toHaveLength(1);
    expect(world.unanswered[0]?.what).toMatch(/^8 bytes 0500000008000000, where/);
  });
});

describe("what programs say over an attachment", () => {
  it("is taken down with QMI, and is answered again over the same attachment", async () => {
    const world = worldOf(await scenarioNamed("healthy"));
    const { recorder, recording } = recorderOf(await world.bus.list(), () => performance.now());
    const request = Uint8Array.of(1, 0x0f, 0, 0, 0, 0, 0, 1, 0x22, 0, 4, 0, 1, 1, 0, 2);
    const ask = async (modules: Parameters<typeof serveUsbip>[0]) => {
      const server = await serveUsbip(modules, { host: "127.0.0.1", port: 0 });
      onTestFinished(() => server.close());
      const client = await UsbipClient.connect(server.port);
      onTestFinished(() => client.close());
      expect(await client.import("1-1.2")).toBe(0);
      const note = client.in(9, 8).done;
      await client.control(0x21, 0, 0, 4, request);
      await note;
      const message = (await client.control(0xa1, 1, 0, 4, 1024)).data;
      await client.out(3, toLatin1("ATI\r"));
      let text = "";
      while (!text.endsWith("OK\r\n")) text += Buffer.from((await client.in(4).done).data).toString("latin1");
      return { message: Buffer.from(message).toString("hex"), text };
    };
    const first = await ask({
      modules: recordedModules(world.modules, recorder),
      scheduler: world.scheduler,
    });
    expect(first.message).toMatch(/^01/);
    const recorded = recording();
    expect(recorded.lines.filter(isTransfer).map((one) => [one.interface, one.dir])).toEqual([
      [4, "out"],
      [4, "in"],
      [2, "out"],
      [2, "in"],
    ]);
    expect(await ask(openReplay(recorded, realClock))).toEqual(first);
  });

  it("says where the module went, also when it was away at first", async () => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    const { recorder, recording } = recorderOf(await world.bus.list(), () => 0);
    const [module] = recordedModules(world.modules, recorder);
    module?.pipe(0)?.hold();
    module?.pipe(0)?.receive(diagFrame("enterEdl"));
    for (let looks = 0; looks < 500 && module?.device?.productId !== 0x9008; looks += 1) {
      world.scheduler.runDue();
      await realClock.sleep(2);
    }
    const places = recording().lines.filter((line) => !isTransfer(line));
    expect(places.map((line) => ("gone" in line ? "gone" : line.mode)).at(-1)).toBe("edl");
  });
});
