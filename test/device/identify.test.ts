import { describe, expect, it } from "vitest";
import { READS } from "../../src/core/at-commands.js";
import type { Port } from "../../src/core/bus.js";
import { EcflashError } from "../../src/core/errors.js";
import { identify, readImei, readReleaseWhenReady } from "../../src/device/identify.js";
import { openAt } from "../../src/device/open-at.js";
import { AtSession } from "../../src/device/at-session.js";
import { FACTS } from "../core/facts.js";
import { answers, FakeBus, FakeClock, FakePort, heldBy, NORMAL, says, tablePort } from "./fakes.js";

const IMEI = "000000001230217";
const LONG = "EC25EFAR06A11M4G_01.001.01.001";
const NOT_READY = "EC25EFAR06A11M4G_01.001.00.000";

/** The module of the thread. */
const THREAD: Record<string, readonly string[] | "ERROR"> = {
  AT: [],
  ATI: ["Quectel", "EC25", "Revision: EC25EFAR06A11M4G"],
  "AT+QGMR": [LONG],
  "AT+CGMR": ["EC25EFAR06A11M4G"],
  "AT+GSN": [IMEI],
  "AT+EGMR=0,5": ['+EGMR: "MPX00XX0X000000"'],
  "AT+CFUN?": ["+CFUN: 7"],
  'AT+QCFG="band"': ['+QCFG: "band",0x260,0x80a,0x0'],
  'AT+QCFG="usbnet"': ['+QCFG: "usbnet",0'],
  "AT+CPIN?": ["+CPIN: READY"],
  "AT+CREG?": ["+CREG: 0,0"],
  "AT+CEREG?": ["+CEREG: 0,0"],
  "AT+COPS?": ["+COPS: 0"],
};

/** A module whose interface 2 is the AT port, unless `ports` says otherwise. */
function world(ports: (clock: FakeClock, interfaceNumber: number) => Port) {
  const clock = new FakeClock();
  const bus = new FakeBus(
    () => [NORMAL],
    (number) => ports(clock, number),
  );
  return { clock, bus, context: { bus, clock, facts: FACTS } };
}

/** `identify` on a module with these answers; everything that was sent, on any port. */
async function identified(changed: Partial<typeof THREAD>) {
  const opened: FakePort[] = [];
  const { context, clock } = world((at) => {
    const port = tablePort(at, withoutUndefined({ ...THREAD, ...changed }));
    opened.push(port);
    return port;
  });
  const reading = await identify(context, NORMAL, "normal");
  return { reading, clock, opened, sent: opened.flatMap(({ written }) => written) };
}

function withoutUndefined(table: Partial<typeof THREAD>): typeof THREAD {
  return Object.fromEntries(
    Object.entries(table).filter(
      (entry): entry is [string, readonly string[] | "ERROR"] => entry[1] !== undefined,
    ),
  );
}

describe("identify", () => {
  it("reads the module of the thread", async () => {
    const { reading, opened } = await identified({});
    expect(reading).toMatchObject({
      source: "1-1.2",
      virtual: true,
      mode: "normal",
      maker: "Quectel",
      modelText: "EC25",
      revisions: [
        { text: "EC25EFAR06A11M4G", from: "ATI" },
        { text: LONG, from: "AT+QGMR" },
      ],
      cfun: 7,
      cfunHistory: [7],
      band: { gw: 0x260n, lte: 0x80an },
      registration: "none",
      operator: null,
      imei: { kind: "present", imei: IMEI },
      serial: "MPX00XX0X000000",
      sim: "READY",
      usbnet: 0,
    });
    expect(opened.every(({ closed }) => closed)).toBe(true);
  });

  it.each([
    ["all is well", {}],
    ["AT+QGMR is not known", { "AT+QGMR": "ERROR" }],
    ["the IMEI is empty", { "AT+GSN": [] }],
    [
      "everything is an error",
      Object.fromEntries(
        Object.keys(THREAD)
          .slice(1)
          .map((key) => [key, "ERROR"]),
      ),
    ],
    [
      "only AT is answered",
      Object.fromEntries(
        Object.keys(THREAD)
          .slice(1)
          .map((key) => [key, undefined]),
      ),
    ],
    ["the module still starts", { "AT+QGMR": [NOT_READY] }],
  ] as const)("sends strings of the closed list of reads and no other when %s", async (_name, changed) => {
    const { sent } = await identified(changed as Partial<typeof THREAD>);
    const allowed = new Set<string>(Object.values(READS).map((command) => `${command}\r`));
    expect(sent.filter((text) => !allowed.has(text))).toEqual([]);
    expect(sent.length).toBeGreaterThan(5);
  });

  it("sends nothing to a module in another mode", async () => {
    const { context, bus } = world(() => {
      throw new Error("opened");
    });
    expect(await identify(context, NORMAL, "edl")).toMatchObject({ mode: "edl", revisions: [] });
    expect(bus.opened).toEqual([]);
  });

  it("asks for AT+CGMR where AT+QGMR is an error", async () => {
    const { reading } = await identified({ "AT+QGMR": "ERROR" });
    expect(reading.revisions.map(({ from }) => from)).toEqual(["ATI", "AT+CGMR"]);
  });

  it("reads an empty IMEI three times before it says so", async () => {
    const { reading, sent } = await identified({ "AT+GSN": [] });
    expect(reading.imei).toEqual({ kind: "empty", reads: 3 });
    expect(sent.filter((text) => text === "AT+GSN\r")).toHaveLength(3);
  });

  it.each([
    ["an error", "ERROR"],
    ["silence", undefined],
  ] as const)("calls the IMEI unread after %s", async (_name, imei) => {
    expect((await identified({ "AT+GSN": imei })).reading.imei).toEqual({ kind: "unread" });
  });

  it("leaves out what is not answered, and keeps the rest", async () => {
    const { reading } = await identified({ "AT+COPS?": undefined, "AT+CFUN?": undefined });
    expect(reading).toMatchObject({ cfun: null, cfunHistory: [], imei: { kind: "present" }, usbnet: 0 });
  });

  it("fails, with its port closed, when the module leaves", async () => {
    const opened: FakePort[] = [];
    const { context } = world((clock) => {
      const port = new FakePort(clock, {
        goneAtMs: 600,
        respond: (written) => (written === "AT\r" ? [says(answers("AT", []))] : []),
      });
      opened.push(port);
      return port;
    });
    await expect(identify(context, NORMAL, "normal")).rejects.toMatchObject({ code: "module-gone" });
    expect(opened.map(({ closed }) => closed)).toEqual([true]);
  });
});

describe("the revision of a module that still starts", () => {
  /** Says `.00.000` so many times, then the truth. */
  function starting(times: number) {
    const clock = new FakeClock();
    let asked = 0;
    const port = new FakePort(clock, {
      respond: () => {
        asked += 1;
        return [says(answers("AT+QGMR", [asked <= times ? NOT_READY : LONG]))];
      },
    });
    const context = { bus: new FakeBus(() => []), clock, facts: FACTS };
    return { clock, port, read: () => readReleaseWhenReady(context, new AtSession(port, clock)) };
  }

  it("is asked again, a second apart, until it is whole", async () => {
    const { clock, port, read } = starting(15);
    expect(await read()).toBe(LONG);
    expect(port.written).toHaveLength(16);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(15_000);
  });

  it("is given as it is after sixteen times", async () => {
    const { port, read } = starting(1_000);
    expect(await read()).toBe(NOT_READY);
    expect(port.written).toHaveLength(16);
  });
});

describe("readImei", () => {
  it("takes the first that is there", async () => {
    const clock = new FakeClock();
    let asked = 0;
    const port = new FakePort(clock, {
      respond: () => [says(answers("AT+GSN", (asked += 1) === 3 ? [IMEI] : []))],
    });
    expect(await readImei(new AtSession(port, clock))).toEqual({ kind: "present", imei: IMEI });
  });
});

describe("openAt", () => {
  it("passes over a silent port to one that answers, and closes it", async () => {
    const ports: FakePort[] = [];
    const { context, bus } = world((clock, number) => {
      const port = number === 3 ? tablePort(clock, THREAD) : new FakePort(clock, {}, `if${number}`);
      ports.push(port);
      return port;
    });
    const session = await openAt(context, NORMAL);
    expect((await session.ask(READS.revisionLong, 5_000)).lines).toEqual([LONG]);
    expect(bus.opened).toEqual([2, 3]);
    expect(ports.map(({ closed }) => closed)).toEqual([true, false]);
  });

  it("passes over a port that takes no bytes", async () => {
    const stuck = new EcflashError("transfer-timeout", { what: "a write", deadlineMs: 5_000 });
    const { context, bus } = world((clock, number) =>
      number === 3 ? tablePort(clock, THREAD) : new FakePort(clock, { writeFails: stuck }),
    );
    await openAt(context, NORMAL);
    expect(bus.opened).toEqual([2, 3]);
  });

  it("goes round until the module is up", async () => {
    const { context, clock, bus } = world((at, number) =>
      number === 2 && at.nowMs() > 9_700 ? tablePort(at, THREAD) : new FakePort(at),
    );
    await openAt(context, NORMAL);
    expect(clock.nowMs()).toBeGreaterThan(9_700);
    expect(new Set(bus.opened)).toEqual(new Set([2, 3, 1]));
  });

  it.each([true, false])("is not misled by the answers to its earlier probes (echo %s)", async (echo) => {
    const whole = (command: string, lines: readonly string[]) =>
      answers(command, lines).slice(echo ? 0 : command.length);
    // Up after 5 s: then all that was asked before is answered at once, a little apart.
    const { context } = world((at, number) => {
      if (number !== 2 || at.nowMs() < 5_000) return new FakePort(at);
      return new FakePort(at, {
        respond: (written) => {
          const command = written.trim();
          if (command !== "AT") return [says(whole(command, [LONG]), 30)];
          return [10, 25, 250, 600].map((afterMs) => says(whole("AT", []), afterMs));
        },
      });
    });
    const session = await openAt(context, NORMAL);
    expect((await session.ask(READS.revisionLong, 5_000)).lines).toEqual([LONG]);
  });

  it("says which port was refused, when no other answers", async () => {
    const held = heldBy("/dev/ttyUSB2", "ModemManager (pid 412)");
    const { context } = world((clock, number) => {
      if (number === 2) throw held;
      return new FakePort(clock);
    });
    await expect(openAt(context, NORMAL)).rejects.toBe(held);
  });

  it("asks a held port again for as long as it is told to", async () => {
    const held = heldBy("/dev/ttyUSB2", "ModemManager (pid 412)");
    const { context } = world((clock, number) => {
      if (number === 2 && clock.nowMs() < 4_000) throw held;
      return number === 2 ? tablePort(clock, { AT: [] }) : new FakePort(clock);
    });
    const session = await openAt(context, NORMAL, { silentMs: 10_000, heldMs: 10_000 });
    expect(context.clock.nowMs()).toBeGreaterThanOrEqual(4_000);
    await session.close();
  });

  it("throws at-silent when nothing answers in the time given, and leaves no port open", async () => {
    const ports: FakePort[] = [];
    const { context, clock } = world((at) => {
      const port = new FakePort(at);
      ports.push(port);
      return port;
    });
    await expect(openAt(context, NORMAL, { silentMs: 10_000, heldMs: 0 })).rejects.toMatchObject({
      code: "at-silent",
      facts: { waitedMs: 10_000 },
    });
    expect(clock.nowMs()).toBeLessThan(15_000);
    expect(ports.every(({ closed }) => closed)).toBe(true);
  });

  it("does not hammer a port that refuses AT at once", async () => {
    const { context, bus } = world((clock) => tablePort(clock, { AT: "ERROR" }));
    await expect(openAt(context, NORMAL, { silentMs: 3_000, heldMs: 0 })).rejects.toMatchObject({
      code: "at-silent",
    });
    expect(bus.opened.length).toBeLessThan(30);
  });

  it("throws port-missing without an interface that could be one", async () => {
    const { context } = world((clock) => new FakePort(clock));
    await expect(openAt(context, { ...NORMAL, interfaces: [] })).rejects.toMatchObject({
      code: "port-missing",
      facts: { role: "AT", portPath: "1-1.2" },
    });
  });

  it("ends with the signal's reason", async () => {
    const stop = new AbortController();
    const { context } = world((clock) => {
      stop.abort(new Error("enough"));
      return new FakePort(clock);
    });
    await expect(openAt({ ...context, signal: stop.signal }, NORMAL)).rejects.toThrow("enough");
  });
});
