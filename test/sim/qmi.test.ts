import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { qmiErrorName } from "../../src/protocol/qmi/errors.js";
import { decodeQmi, encodeQmi, type QmiMessage } from "../../src/protocol/qmi/message.js";
import {
  readTlv,
  resultOf,
  type Tlv,
  tlv,
  u16,
  u32,
  u8,
  type ValueReader,
} from "../../src/protocol/qmi/tlv.js";
import type { AtState } from "../../src/sim/at/state.js";
import { NV_DEFAULTS } from "../../src/sim/nv.js";
import { QmiPort } from "../../src/sim/qmi/port.js";
import { qmiStateOf } from "../../src/sim/qmi/state.js";
import type { Registration } from "../../src/sim/network.js";
import type { Network } from "../../src/sim/scenario.js";

const WDS = 1;
const DMS = 2;
const NAS = 3;
const WMS = 5;
const UIM = 0x0b;
const WDA = 0x1a;

const NETWORK: Network = {
  sim: "ready",
  registration: "home",
  operator: "Virtual",
  plmn: "302720",
  apn: "internet.test",
  ipv4: "192.0.2.10",
  ipv6: "2001:db8::10",
  pingable: [],
};

interface Change {
  readonly revision?: string;
  readonly cfun?: number;
  readonly registered?: boolean;
  readonly registration?: Registration;
  readonly network?: Partial<Network>;
  readonly silent?: boolean;
}

/** A module whose firmware the test plays, and the host at the other end. */
function module(first: Change = {}) {
  let now: Change = first;
  const acts: string[] = [];
  const at = (): AtState | null =>
    now.silent === true
      ? null
      : {
          revision: now.revision ?? "EC25AFAR05A07M4G_30.005.30.005",
          hardwareCode: "EC25AFA",
          cfun: now.cfun ?? 1,
          appReady: true,
          registered: now.registered ?? (now.cfun ?? 1) === 1,
          registration:
            now.registration ?? ((now.registered ?? (now.cfun ?? 1) === 1) ? "home" : "searching"),
          imeiReadable: now.cfun !== 5,
          nv: {
            ...NV_DEFAULTS,
            imei: "000000000000018",
            serial: "VIRTUAL0000A01",
            bandGw: "0x260",
            bandLte: "0x80a",
          },
          network: { ...NETWORK, ...now.network },
          dataCall: false,
        };
  const port = new QmiPort({
    qmiState: () => qmiStateOf(at()),
    setFunctionality: (cfun) => {
      acts.push(`cfun ${cfun}`);
      now = { ...now, cfun };
    },
    restart: () => acts.push("restart"),
    powerDown: () => acts.push("power down"),
  });
  let transaction = 0;
  const take = (): QmiMessage => {
    const bytes = port.take();
    const message = bytes === null ? null : decodeQmi(bytes);
    if (message === null) throw new Error("the module said nothing");
    return message;
  };
  const ask = (service: number, client: number, message: number, ...tlvs: Tlv[]): QmiMessage => {
    transaction = (transaction % 255) + 1;
    port.send(encodeQmi({ service, client, transaction, kind: "request", message, tlvs }));
    const response = take();
    expect(response).toMatchObject({ service, client, transaction, kind: "response", message });
    return response;
  };
  const open = (service: number): number => {
    const id = readTlv(ask(0, 0, 0x22, tlv(1, u8(service))).tlvs, 1, (value) => {
      expect(value.u8()).toBe(service);
      return value.u8();
    });
    if (id === null) throw new Error("no client id");
    return id;
  };
  return {
    port,
    acts,
    take,
    ask,
    open,
    become: (change: Change) => {
      now = { ...now, ...change };
      port.changed();
    },
    /** One run of qmicli: a client, the message, the client gone. */
    run: (service: number, message: number, ...tlvs: Tlv[]): QmiMessage => {
      const id = open(service);
      const response = ask(service, id, message, ...tlvs);
      expect(errorOf(ask(0, 0, 0x23, tlv(1, u8(service), u8(id))))).toBe("None");
      return response;
    },
  };
}

const WRONG: Change = { revision: "EC25EFAR06A11M4G_01.001.01.001", cfun: 7 };

function errorOf({ tlvs }: QmiMessage): string | null {
  const code = resultOf(tlvs);
  return code === null ? null : qmiErrorName(code);
}

function valueOf<T>({ tlvs }: QmiMessage, type: number, read: (value: ValueReader) => T): T | null {
  return readTlv(tlvs, type, read);
}

const textOf = (message: QmiMessage, type = 1) => valueOf(message, type, (value) => value.text());
const hexOf = (message: QmiMessage, type: number) =>
  valueOf(message, type, (value) => Buffer.from(value.text(), "latin1").toString("hex"));
const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

describe("QMI of a module with firmware of other hardware", () => {
  it("is offline for no reason, not hardware restricted: qmicli --dms-get-operating-mode, byte for byte", () => {
    const { port } = module(WRONG);
    port.send(bytesOf("01 0f00 00 00 00  00 01 2200 0400  01 0100 02"));
    expect(Buffer.from(port.take() ?? []).toString("hex")).toBe(
      "01 1700 80 00 00  01 01 2200 0c00  02 0400 0000 0000  01 0200 02 01".replaceAll(" ", ""),
    );
    port.send(bytesOf("01 0c00 00 02 01  00 0100 2d00 0000"));
    expect(Buffer.from(port.take() ?? []).toString("hex")).toBe(
      "01 2000 80 02 01  02 0100 2d00 1400  02 0400 0000 0000  01 0100 03  10 0200 0000  11 0100 00".replaceAll(
        " ",
        "",
      ),
    );
    port.send(bytesOf("01 1000 00 00 00  00 02 2300 0500  01 0200 02 01"));
    expect(Buffer.from(port.take() ?? []).toString("hex")).toBe(
      "01 1700 80 00 00  01 02 2300 0c00  02 0400 0000 0000  01 0200 02 01".replaceAll(" ", ""),
    );
    expect(port.take()).toBeNull();
  });

  it("refuses to go online with DeviceNotReady, and stays as it was", () => {
    const { run, acts } = module(WRONG);
    expect(errorOf(run(DMS, 0x2e, tlv(1, u8(0))))).toBe("DeviceNotReady");
    expect(acts).toEqual([]);
    expect(valueOf(run(DMS, 0x2d), 1, (value) => value.u8())).toBe(3);
  });

  it("fails a call with a reason, is not registered and has no signal", () => {
    const { run } = module(WRONG);
    const call = run(WDS, 0x20);
    expect(errorOf(call)).toBe("CallFailed");
    expect(valueOf(call, 0x10, (value) => value.u16())).toBe(3);
    expect(valueOf(call, 0x11, (value) => [value.u16(), value.i16()])).toEqual([3, 2001]);
    expect(valueOf(run(NAS, 0x24), 1, (value) => value.u8())).toBe(0);
    expect(run(NAS, 0x4f).tlvs).toHaveLength(1);
    expect(errorOf(run(NAS, 0x20))).toBe("InformationUnavailable");
    expect(errorOf(run(WDS, 0x85))).toBe("InformationUnavailable");
  });

  it("can be restarted and switched off", () => {
    const { run, acts } = module(WRONG);
    expect(errorOf(run(DMS, 0x2e, tlv(1, u8(4))))).toBe("None");
    expect(errorOf(run(DMS, 0x2e, tlv(1, u8(5))))).toBe("None");
    expect(acts).toEqual(["restart", "power down"]);
  });

  it("claims the foreign revision, and its own IMEI", () => {
    const { run } = module(WRONG);
    expect(textOf(run(DMS, 0x23))).toBe("EC25EFAR06A11M4G  1  [Jan 01 2020 00:00:00]");
    expect(textOf(run(DMS, 0x25), 0x11)).toBe("000000000000018");
  });

  it("with lost calibration is in factory test, without an IMEI, and not ready for online", () => {
    const { run } = module({ cfun: 5 });
    expect(valueOf(run(DMS, 0x2d), 1, (value) => value.u8())).toBe(2);
    expect(textOf(run(DMS, 0x25), 0x11)).toBeNull();
    expect(errorOf(run(DMS, 0x2e, tlv(1, u8(0))))).toBe("DeviceNotReady");
  });
});

describe("QMI of a module that is online", () => {
  it("names services, maker, model, revision and hardware", () => {
    const { ask, run } = module();
    const services = valueOf(ask(0, 0, 0x21), 1, (value) =>
      Array.from({ length: value.u8() }, () => [value.u8(), value.u16() > 0, value.u16() > 0][0]),
    );
    expect(services).toEqual([0, WDS, DMS, NAS, WMS, UIM, WDA]);
    expect(textOf(run(DMS, 0x21))).toBe("QUALCOMM INCORPORATED");
    expect(textOf(run(DMS, 0x22))).toBe("QUECTEL Mobile Broadband Module");
    expect(textOf(run(DMS, 0x23))).toMatch(/^EC25AFAR05A07M4G {2}1 {2}\[/);
    expect(textOf(run(DMS, 0x2c))).toBe("10000");
    expect(textOf(run(DMS, 0x25), 0x10)).toBe("0");
  });

  it("is online without an offline reason; low power and back go through the firmware", () => {
    const { run, acts } = module();
    const mode = run(DMS, 0x2d);
    expect(mode.tlvs.map(({ type }) => type)).toEqual([2, 1, 0x11]);
    expect(valueOf(mode, 1, (value) => value.u8())).toBe(0);
    for (const wanted of [1, 0, 0]) expect(errorOf(run(DMS, 0x2e, tlv(1, u8(wanted))))).toBe("None");
    expect(acts).toEqual(["cfun 4", "cfun 1"]);
    expect(errorOf(run(DMS, 0x2e))).toBe("MissingArgument");
    expect(errorOf(run(DMS, 0x2e, tlv(1, u8(9))))).toBe("InvalidArgument");
  });

  it("tells the bands of its NV: W1900, W850, W1700 and LTE 2, 4, 12", () => {
    const { run } = module();
    const bands = run(DMS, 0x45);
    expect(valueOf(bands, 1, (value) => value.u64())).toBe((1n << 23n) | (1n << 26n) | (1n << 25n));
    expect(valueOf(bands, 0x10, (value) => value.u64())).toBe(0x80an);
    expect(valueOf(run(NAS, 0x34), 0x15, (value) => value.u64())).toBe(0x80an);
    expect(hexOf(run(DMS, 0x20), 1)).toBe("80f0fa0280d1f0080302020508");
  });

  it("is registered, with operator, cell, home network and signal", () => {
    const { run } = module();
    const serving = run(NAS, 0x24);
    expect(hexOf(serving, 1)).toBe("0101010201" + "08");
    expect(valueOf(serving, 0x12, (value) => [value.u16(), value.u16(), value.shortText()])).toEqual([
      302,
      720,
      "Virtual",
    ]);
    expect(hexOf(serving, 0x27)).toBe("2e01d00201");
    expect(hexOf(run(NAS, 0x25), 0x12)).toBe("0101");
    expect(
      valueOf(run(NAS, 0x4f), 0x14, (value) => [value.i8(), value.i8(), value.i16(), value.i16()]),
    ).toEqual([-53, -8, -80, 190]);
    const system = run(NAS, 0x4d);
    expect(hexOf(system, 0x14)).toBe("020201");
    expect(hexOf(system, 0x19)).toContain(Buffer.from("302720").toString("hex"));
    const name = run(NAS, 0x44, tlv(1, u16(302), u16(720)));
    expect(textOf(name, 0x10)).toContain("Virtual");
    expect(errorOf(run(NAS, 0x44, tlv(1, u16(1), u16(1))))).toBe("InvalidArgument");
  });

  it("fills a network code of two digits", () => {
    const { run } = module({ network: { plmn: "00101" } });
    expect(hexOf(run(NAS, 0x24), 0x27)).toBe("0100010000");
    expect(hexOf(run(NAS, 0x4d), 0x19)).toContain("3030313031ff");
  });

  it.each([
    ["ready", "0000ffffffffffff" + "01" + "0100000000" + "01" + "020702", 1],
    ["pin", "0000ffffffffffff" + "01" + "0100000000" + "01" + "020200", 1],
    ["puk", "0000ffffffffffff" + "01" + "0100000000" + "01" + "020300", 1],
    ["not-ready", "0000ffffffffffff" + "01" + "0100000000" + "01" + "020100", 1],
    ["failure", "ffffffffffffffff" + "01" + "0200000003" + "00", 1],
    ["absent", "ffffffffffffffff" + "01" + "0000000000" + "00", 0],
  ] as const)("says that its card is %s", (sim, head, applications) => {
    const { run } = module({ network: { sim }, registered: sim === "ready" });
    expect(hexOf(run(UIM, 0x2f), 0x10)?.startsWith(head)).toBe(true);
    expect(valueOf(run(UIM, 0x47), 0x10, (value) => value.u8())).toBe(1);
    expect(errorOf(run(DMS, 0x2b))).toBe(applications === 0 ? "NoSim" : "None");
  });

  it.each([
    ["home", "01", "01"],
    ["roaming", "01", "00"],
    ["searching", "02", null],
    ["denied", "03", null],
    ["none", "00", null],
    ["emergency", "00", null],
  ] as const)("tells that it is registered: %s", (registration, state, roamingOff) => {
    const { run } = module({ registration, registered: roamingOff !== null });
    expect(hexOf(run(NAS, 0x24), 0x01)?.slice(0, 2)).toBe(state);
    expect(hexOf(run(NAS, 0x24), 0x10)).toBe(roamingOff);
  });

  it("reads files of a card that is nobody's, whole and in part", () => {
    const { run } = module();
    const read = (id: number, offset = 0, length = 0) =>
      run(UIM, 0x20, tlv(1, u8(0), u8(0)), tlv(2, u16(id), u8(0)), tlv(3, u16(offset), u16(length)));
    expect(hexOf(read(0x6f07), 0x11)).toBe("0900" + "080900000000000081");
    expect(hexOf(read(0x6f07, 1, 2), 0x11)).toBe("0200" + "0900");
    expect(hexOf(read(0x2fe2), 0x11)).toBe("0a00" + "98000000000000000000");
    expect(hexOf(read(0x6fad), 0x11)).toBe("0400" + "00000003");
    expect(hexOf(read(0x6f46), 0x11)).toMatch(/^110001/);
    const missing = read(0x6f3e);
    expect(errorOf(missing)).toBe("SimFileNotFound");
    expect(hexOf(missing, 0x10)).toBe("6a82");
    expect(errorOf(read(0x6f07, 50))).toBe("InvalidArgument");
    const locked = module({ network: { sim: "pin" }, registered: false });
    const file = [tlv(2, u16(0x6f07), u8(0)), tlv(3, u16(0), u16(0))];
    expect(errorOf(locked.run(UIM, 0x20, ...file))).toBe("AccessDenied");
    const absent = module({ network: { sim: "absent" }, registered: false });
    expect(errorOf(absent.run(UIM, 0x20, ...file))).toBe("NoSim");
  });

  it("carries raw IP whatever is asked", () => {
    const { run } = module();
    for (const format of [run(WDA, 0x20, tlv(0x11, u32(1))), run(WDA, 0x21)])
      expect(valueOf(format, 0x11, (value) => value.u32())).toBe(2);
  });

  it("has no messages and takes routes", () => {
    const { run } = module();
    expect(valueOf(run(WMS, 0x31, tlv(1, u8(0))), 1, (value) => value.u32())).toBe(0);
    expect([0x32, 0x01].map((message) => errorOf(run(WMS, message)))).toEqual(["None", "None"]);
  });
});

describe("data calls", () => {
  it("start, tell what the network gave, and stop: one per family", () => {
    const { open, ask } = module();
    const [v4, v6] = [open(WDS), open(WDS)];
    expect(errorOf(ask(WDS, v4, 0x2d, tlv(0x10, u32(0xffff))))).toBe("OutOfCall");
    const handle = valueOf(ask(WDS, v4, 0x20, tlv(0x19, u8(4))), 1, (value) => value.u32());
    expect(errorOf(ask(WDS, v6, 0x4d, tlv(1, u8(6))))).toBe("None");
    expect(valueOf(ask(WDS, v6, 0x20), 1, (value) => value.u32())).not.toBe(handle);
    const again = ask(WDS, v4, 0x20);
    expect(errorOf(again)).toBe("NoEffect");
    expect(valueOf(again, 1, (value) => value.u32())).toBe(handle);
    const status = (id: number) => valueOf(ask(WDS, id, 0x22), 1, (value) => value.u8());
    expect([status(v4), status(v6)]).toEqual([2, 2]);
    const settings = ask(WDS, v4, 0x2d, tlv(0x10, u32(0xffff)));
    expect([0x1e, 0x20, 0x21].map((type) => hexOf(settings, type))).toEqual([
      "0a0200c0",
      "0b0200c0",
      "fcffffff",
    ]);
    expect(hexOf(ask(WDS, v6, 0x2d), 0x25)).toBe("20010db8000000000000000000000010" + "40");
    expect(errorOf(ask(WDS, v4, 0x21, tlv(1, u32(1))))).toBe("InvalidHandle");
    expect(errorOf(ask(WDS, v4, 0x21, tlv(1, u32(handle ?? 0))))).toBe("None");
    expect([status(v4), status(v6)]).toEqual([1, 2]);
  });

  it("fail for a family the network lacks, and end with the registration for good", () => {
    const { open, ask, become, take } = module({ network: { ipv6: null } });
    const id = open(WDS);
    const refused = ask(WDS, id, 0x20, tlv(0x19, u8(6)));
    expect(errorOf(refused)).toBe("CallFailed");
    expect(valueOf(refused, 0x11, (value) => [value.u16(), value.i16()])).toEqual([6, 50]);
    expect(errorOf(ask(WDS, id, 0x20))).toBe("None");
    become({ registered: false });
    const ended = take();
    expect(ended).toMatchObject({ kind: "indication", service: WDS, client: id, message: 0x22 });
    expect([1, 0x10, 0x12].map((type) => hexOf(ended, type))).toEqual(["0100", "0300", "04"]);
    for (const registered of [false, true]) {
      become({ registered });
      expect(valueOf(ask(WDS, id, 0x22), 1, (value) => value.u8())).toBe(1);
    }
  });

  it("end with their client", () => {
    const { open, ask } = module();
    const id = open(WDS);
    ask(WDS, id, 0x20);
    ask(0, 0, 0x23, tlv(1, u8(WDS), u8(id)));
    expect(open(WDS)).toBe(id);
    expect(valueOf(ask(WDS, id, 0x22), 1, (value) => value.u8())).toBe(1);
  });

  it("have profiles like the contexts of AT+CGDCONT?", () => {
    const { run } = module();
    const list = run(WDS, 0x2a);
    const indexes = valueOf(list, 1, (value) =>
      Array.from({ length: value.u8() }, () => [value.u8(), value.u8(), value.shortText()][1]),
    );
    expect(indexes).toEqual([1, 2, 3]);
    expect(textOf(run(WDS, 0x2b, tlv(1, u8(0), u8(1))), 0x14)).toBe("internet.test");
    const none = run(WDS, 0x2b, tlv(1, u8(0), u8(9)));
    expect(errorOf(none)).toBe("ExtendedInternal");
    expect(valueOf(none, 0xe0, (value) => value.u16())).toBe(5);
  });
});

describe("client ids", () => {
  it("count for every service, are distinct, and free again when released", () => {
    const { open, ask } = module();
    expect([open(WDS), open(WDS), open(WDS), open(DMS), open(NAS)]).toEqual([1, 2, 3, 1, 1]);
    const release = (service: number, id: number) => errorOf(ask(0, 0, 0x23, tlv(1, u8(service), u8(id))));
    expect(release(WDS, 2)).toBe("None");
    expect(release(WDS, 2)).toBe("InvalidClientId");
    expect(errorOf(ask(WDS, 2, 0x22))).toBe("InvalidClientId");
    expect(errorOf(ask(WDS, 3, 0x22))).toBe("None");
    expect(open(WDS)).toBe(2);
  });

  it("run out, and sync takes all back", () => {
    const { open, ask } = module();
    const ids = new Set(Array.from({ length: 254 }, () => open(DMS)));
    expect(ids.size).toBe(254);
    expect(errorOf(ask(0, 0, 0x22, tlv(1, u8(DMS))))).toBe("ClientIdsExhausted");
    expect(errorOf(ask(0, 0, 0x27))).toBe("None");
    expect(errorOf(ask(DMS, 7, 0x2d))).toBe("InvalidClientId");
    expect(open(DMS)).toBe(1);
  });

  it("are given for services that are there", () => {
    const { ask } = module();
    expect(errorOf(ask(0, 0, 0x22, tlv(1, u8(0xe7))))).toBe("InvalidServiceType");
    expect(errorOf(ask(0, 0, 0x22, tlv(1, u8(0))))).toBe("InvalidServiceType");
    expect(errorOf(ask(0, 0, 0x22))).toBe("MissingArgument");
    expect(errorOf(ask(0xe7, 1, 1))).toBe("InvalidServiceType");
  });
});

describe("what is not there", () => {
  it.each([
    ["CTL", 0, 0x99],
    ["DMS", DMS, 0x40],
    ["NAS", NAS, 0x2b],
    ["NAS", NAS, 0x26],
    ["UIM", UIM, 0x44],
    ["UIM", UIM, 0x2a],
    ["WDS", WDS, 0xffff],
  ])("%s: a message nobody made is InvalidQmiCommand", (_, service, message) => {
    const { ask, open } = module();
    expect(errorOf(ask(service, service === 0 ? 0 : open(service), message))).toBe("InvalidQmiCommand");
  });

  it("a firmware that does not run yet takes commands and says nothing", () => {
    const { port, open, become } = module({ silent: true });
    expect(() => open(DMS)).toThrow("said nothing");
    become({ silent: false });
    expect(port.take()).toBeNull();
    expect(open(DMS)).toBe(1);
  });

  it("junk, responses and indications from a host get no answer and break nothing", () => {
    const { port, open } = module();
    const wrongWay = encodeQmi({
      service: DMS,
      client: 1,
      transaction: 1,
      kind: "indication",
      message: 1,
      tlvs: [],
    });
    port.send(wrongWay);
    expect(port.take()).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (noise) => {
        port.send(noise);
        while (port.take() !== null);
      }),
      { numRuns: 300 },
    );
    expect(open(DMS)).toBe(1);
  });

  it("any request of any service is answered once, with a result, whatever its TLVs are", () => {
    const { port, open, take } = module();
    const services = [WDS, DMS, NAS, WMS, UIM, WDA];
    const ids = new Map(services.map((service) => [service, open(service)]));
    const someTlv = fc.record({
      type: fc.constantFrom(1, 2, 3, 0x10, 0x13, 0x14, 0x18, 0x19),
      value: fc.uint8Array({ maxLength: 9 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...services),
        fc.oneof(fc.nat(0x50), fc.nat(0xffff)),
        fc.array(someTlv, { maxLength: 4 }),
        (service, message, tlvs) => {
          const client = ids.get(service) ?? 0;
          port.send(encodeQmi({ service, client, transaction: 9, kind: "request", message, tlvs }));
          const response = take();
          expect(response).toMatchObject({ kind: "response", service, client, message });
          expect(errorOf(response)).not.toBeNull();
          while (port.take() !== null);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("the encapsulated port", () => {
  it("takes a request in pieces and two in one; says once for each answer that it is there", () => {
    const { port } = module();
    let told = 0;
    port.available(() => {
      told += 1;
    });
    const version = encodeQmi({
      service: 0,
      client: 0,
      transaction: 1,
      kind: "request",
      message: 0x21,
      tlvs: [],
    });
    for (const byte of version) port.send(Uint8Array.of(byte));
    expect(told).toBe(1);
    port.send(Uint8Array.from([...version, ...version]));
    expect(told).toBe(3);
    expect([port.take(), port.take(), port.take(), port.take()].map((bytes) => bytes !== null)).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it("is not made deaf by a host that died inside a message", () => {
    const { port, open } = module();
    port.send(bytesOf("01 ff0f 00 02 01 00"));
    expect(open(DMS)).toBe(1);
  });

  it("keeps the newest 64 messages for a host that does not fetch", () => {
    const { port } = module();
    const ask = (transaction: number) =>
      port.send(encodeQmi({ service: 0, client: 0, transaction, kind: "request", message: 0x21, tlvs: [] }));
    for (let transaction = 0; transaction < 200; transaction += 1) ask(transaction);
    const kept: (number | undefined)[] = [];
    for (let bytes = port.take(); bytes !== null; bytes = port.take())
      kept.push(decodeQmi(bytes)?.transaction);
    expect(kept).toEqual(Array.from({ length: 64 }, (_, index) => 136 + index));
  });
});

describe("indications", () => {
  it("tell clients who asked that the module registered", () => {
    const { ask, open, become, take, port } = module({ registered: false });
    const [asked, quiet] = [open(NAS), open(NAS)];
    expect(errorOf(ask(NAS, asked, 0x03, tlv(0x13, u8(1)), tlv(0x18, u8(1))))).toBe("None");
    expect(valueOf(ask(NAS, quiet, 0x24), 1, (value) => value.u8())).toBe(2);
    become({ registered: true });
    const [serving, system] = [take(), take()];
    expect(serving).toMatchObject({ kind: "indication", client: asked, transaction: 0, message: 0x24 });
    expect(valueOf(serving, 1, (value) => value.u8())).toBe(1);
    expect(hexOf(serving, 0x25)).toBe("0100");
    expect(system).toMatchObject({ kind: "indication", client: asked, message: 0x4e });
    expect(port.take()).toBeNull();
    become({ registered: true });
    expect(port.take()).toBeNull();
    ask(NAS, asked, 0x03, tlv(0x13, u8(0)), tlv(0x18, u8(0)));
    become({ registered: false });
    expect(port.take()).toBeNull();
  });

  it("tell of a new operating mode, after the answer to whoever set it", () => {
    const { ask, open, take } = module();
    const id = open(DMS);
    ask(DMS, id, 0x01, tlv(0x14, u8(1)));
    expect(errorOf(ask(DMS, id, 0x2e, tlv(1, u8(1))))).toBe("None");
    const news = take();
    expect(news).toMatchObject({ kind: "indication", service: DMS, client: id, message: 1 });
    expect(valueOf(news, 0x14, (value) => value.u8())).toBe(1);
  });
});
