import { describe, expect, test } from "vitest";
import { latestOf } from "../../src/core/sightings.js";
import { readCapture } from "../../src/protocol/capture/index.js";

const REVISION = "EC25EFAR06A11M4G_01.001.01.001";

function claims(...lines: string[]): (string | null)[] {
  return readCapture(lines.join("\n"), "x").map(({ revisions }) => latestOf(revisions)?.text ?? null);
}

describe("a revision is read", () => {
  test.each([
    ["behind an arrow", [`AT+QGMR          → ${REVISION}`]],
    ["behind arrows as directions", ["→ AT+QGMR", `← ${REVISION}`, "← OK"]],
    ["with the command's name before it", ["AT+QGMR", `+QGMR: ${REVISION}`, "OK"]],
    ["asked by a router's own command", ["root@GW:~# gsmctl -A 'AT+QGMR'", REVISION]],
    ["asked by another's", ["root@GW:~# gl_modem AT AT+QGMR", REVISION, "", "OK"]],
    ["with its name, without the command", [`+QGMR: "${REVISION}"`, "OK"]],
  ])("%s", (_, lines) => expect(claims(...lines)).toEqual([REVISION]));

  test("of another maker's format behind such a name is none", () => {
    expect(claims("+CGMR: LE00B00SIM0000M00", "OK")).toEqual([]);
  });
});

describe("another maker's module in the same text is one of its own", () => {
  const OURS = ["ATI", "Quectel", "EC25", "Revision: EC25EFAR06A06M4G", "", "OK"];
  const OTHER = [
    "ATI",
    "Manufacturer: Somebody Ltd.",
    "Model: XY909",
    "Revision: 11.617.15",
    "IMEI: 000000001230217",
    "",
    "OK",
  ];

  test("at another port", () => {
    const ask = (port: string) => `$ echo "ATI" | sudo pipeserial /dev/${port}`;
    expect(claims(ask("ttyU0.3"), ...OURS, ask("ttyU1.2"), ...OTHER)).toEqual([
      "EC25EFAR06A06M4G",
      "11.617.15",
    ]);
    expect(claims(ask("ttyUSB2"), ...OURS, ask("ttyUSB6"), ...OTHER)).toHaveLength(2);
  });

  test("and where no port is named", () => {
    expect(claims(...OURS, ...OTHER)).toEqual(["EC25EFAR06A06M4G", "11.617.15"]);
    expect(claims(...OTHER, ...OURS)).toEqual(["11.617.15", "EC25EFAR06A06M4G"]);
  });

  test("but Quectel's and Qualcomm's names are of one", () => {
    expect(claims(...OURS, "AT+CGMI", "QUALCOMM INCORPORATED", "OK")).toEqual(["EC25EFAR06A06M4G"]);
    expect(claims("# picocom /dev/ttyU0.2", ...OURS, "# picocom /dev/ttyU0.3", ...OURS)).toHaveLength(1);
  });
});
