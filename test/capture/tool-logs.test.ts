import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readCapture } from "../../src/protocol/capture/index.js";

const STAMP = "[01-01_00:01:25:333]";

function read(...lines: string[]) {
  return readCapture(lines.join("\n"), "x")[0];
}

describe("quectel-CM", () => {
  test("a build date behind the revision is left out", () => {
    expect(
      read(`${STAMP} requestBaseBandVersion EC20CFDR02A07M4G  1  [Nov 10 2016 17:00:00]`)?.revisions,
    ).toEqual([{ text: "EC20CFDR02A07M4G", from: "quectel-CM" }]);
  });

  test("a shell prompt and a syslog head before the log line", () => {
    expect(read(`[root@host:/]# ${STAMP} requestBaseBandVersion EC25EFAR06A01M4G`)?.revisions).toHaveLength(
      1,
    );
    const syslog = `Jun 26 01:05:24 host quectel-CM[586]: ${STAMP} requestBaseBandVersion EC25EFAR06A01M4G`;
    expect(read(syslog)?.revisions).toHaveLength(1);
  });

  test.each([
    ["MCC: 302, MNC: 720, PS: Attached, DataCap: LTE", "home"],
    ["MCC: 460, MNC: 0, PS: Attached, DataCap: LTE", "home"],
    ["MCC: 0, MNC: 0, PS: Detached, DataCap: UNKNOW", "none"],
    ["MCC: 302, MNC: 720, PS: Detached, DataCap: UNKNOW", "none"],
    ["MCC: 0, MNC: 0, PS: Attached, DataCap: UNKNOW", "none"],
  ])("%s", (state, registration) => {
    expect(read(`${STAMP} requestRegistrationState2 ${state}`)?.registration).toBe(registration);
  });

  test("a log collapsed into one line says what it said in many", () => {
    const lines = [
      `${STAMP} requestBaseBandVersion EC25EFAR06A11M4G`,
      `${STAMP} requestGetSIMStatus SIMStatus: SIM_NOT_READY`,
      `${STAMP} requestRegistrationState2 MCC: 0, MNC: 0, PS: Detached, DataCap: UNKNOW`,
    ];
    const apart = read(...lines);
    expect(apart).toMatchObject({ sim: "NOT READY", registration: "none" });
    expect(read(lines.join(" "))).toEqual(apart);
  });
});

describe("qmicli", () => {
  test("the operating mode, on its own line or collapsed", () => {
    const own = ["[/dev/cdc-wdm0] Operating mode retrieved:", "\tMode: 'offline'", "\tReason: 'unknown'"];
    expect(read(...own)?.qmiMode).toBe("offline");
    expect(read(own.join(" ").replaceAll("\t", ""))?.qmiMode).toBe("offline");
  });

  test("who it is, and where it is registered", async () => {
    const serving = await readFile(
      new URL("../../fixtures/witnesses/qmicli-serving-system.txt", import.meta.url),
      "utf8",
    );
    const who = [
      "[/dev/cdc-wdm0] Device manufacturer retrieved:",
      "\tManufacturer: 'QUALCOMM INCORPORATED'",
      "[/dev/cdc-wdm0] Device model identification retrieved:",
      "\tModel: 'QUECTEL Mobile Broadband Module'",
    ];
    expect(read(...who, serving)).toMatchObject({
      maker: "QUALCOMM INCORPORATED",
      modelText: "QUECTEL Mobile Broadband Module",
      registration: "home",
      operator: "Virtual Mobile",
    });
    expect(read(serving.replace("Roaming status: 'off'", "Roaming status: 'on'"))?.registration).toBe(
      "roaming",
    );
  });

  test("two ports are two modules", () => {
    const of = (port: string, revision: string) =>
      `[/dev/${port}] Device revision retrieved:\n\tRevision: '${revision}'\n`;
    const text = of("cdc-wdm0", "EC25EFAR06A11M4G") + of("cdc-wdm1", "EC25AFAR05A07M4G");
    expect(readCapture(text, "x").map(({ revisions }) => revisions[0]?.text)).toEqual([
      "EC25EFAR06A11M4G",
      "EC25AFAR05A07M4G",
    ]);
  });

  test("a mode that belongs to nothing is not read", () => {
    expect(readCapture("Mode: 'offline'", "x")).toEqual([]);
    expect(
      readCapture("Operating mode retrieved:\nHW restricted: 'no'\nthe end\nMode: 'offline'", "x"),
    ).toEqual([]);
  });

  test("going online that fails", () => {
    expect(
      read("error: couldn\u2019t set operating mode: QMI protocol error (52): \u2018DeviceNotReady\u2019")
        ?.cfunError,
    ).toBe("QMI protocol error (52): 'DeviceNotReady'");
  });
});

test("what was said of the radio ends with the next revision, in one module's story", () => {
  const reading = read(
    "AT+QGMR",
    "EC25EFAR06A11M4G_01.001.01.001",
    "+CFUN: 7",
    "+CREG: 0,1",
    "AT+GSN",
    "000000001230217",
    "AT+CGMR",
    "EC25EFAR06A11M4G",
    `${STAMP} requestBaseBandVersion EC25AFAR05A07M4G`,
  );
  expect(reading).toMatchObject({
    cfun: null,
    cfunHistory: [7],
    registration: null,
    imei: { kind: "present" },
  });
});

test("another build line is another revision, a short form of the same one is not", () => {
  const first = ["AT+QGMR", "EC25AFAR05A07M4G_30.003.30.003", "OK", "+CFUN: 7"];
  expect(read(...first, "AT+CGMR", "EC25AFAR05A07M4G", "OK")?.cfun).toBe(7);
  expect(read(...first, "AT+QGMR", "EC25AFAR05A07M4G_30.005.30.005", "OK")?.cfun).toBeNull();
});
