import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseMmcliList, parseMmcliModem } from "../../src/protocol/mmcli.js";
import { qmicliError, qmicliValues } from "../../src/protocol/qmicli.js";

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/witnesses/${name}`, import.meta.url), "utf8");

describe("mmcli -J", () => {
  it("gives the object paths", () => {
    expect(parseMmcliList('{"modem-list":["/org/freedesktop/ModemManager1/Modem/0"]}\n')).toEqual([
      "/org/freedesktop/ModemManager1/Modem/0",
    ]);
    expect(parseMmcliList('{"modem-list":[]}')).toEqual([]);
  });

  it("gives a modem, with null for what it prints as --", () => {
    const text = fixture("mmcli-registered.json");
    const modem = {
      device: "/sys/devices/platform/vhci_hcd.0/usb1/1-1",
      ports: ["cdc-wdm0", "ttyUSB0", "ttyUSB1", "ttyUSB2", "ttyUSB3", "wwan0"],
      manufacturer: "QUALCOMM INCORPORATED",
      model: "QUECTEL Mobile Broadband Module",
      revision: "EC25AFAR05A07M4G  1  [Jan 01 2020 00:00:00]",
      imei: "000000000000018",
      qmiMode: "online",
      registration: "home",
      operator: "Virtual Mobile",
      lock: "sim-pin2",
    };
    expect(parseMmcliModem(text)).toEqual(modem);
    const dashes = text.replace(/"registration-state":"home"/, '"registration-state":"--"');
    expect(parseMmcliModem(dashes.replaceAll("Virtual Mobile", "--"))).toEqual({
      ...modem,
      registration: null,
      operator: null,
    });
  });

  it.each(["", "error: couldn't find the ModemManager process in the bus", "[]", "null", '{"modem":3}', "{"])(
    "gives null for %j",
    (text) => {
      expect(parseMmcliList(text)).toBeNull();
      expect(parseMmcliModem(text)).toBeNull();
    },
  );
});

describe("qmicli", () => {
  it("gives the values by name, of a name that comes twice the first", () => {
    const values = qmicliValues(fixture("qmicli-serving-system.txt"));
    expect(values.get("Registration state")).toBe("registered");
    expect(values.get("Roaming status")).toBe("off");
    expect(values.get("Description")).toBe("Virtual Mobile");
    expect(values.get("Status")).toBe("available");
  });

  it("says why it failed", () => {
    const text = "error: couldn't open the QmiDevice: No such file or directory\n";
    expect(qmicliError(text)).toBe("couldn't open the QmiDevice: No such file or directory");
    expect(qmicliValues(text).size).toBe(0);
    expect(qmicliError("[/dev/cdc-wdm0] Device revision retrieved:")).toBeNull();
  });
});
