import { describe, expect, test } from "vitest";
import { judge } from "../../src/core/verdict.js";
import { loadFacts } from "../../src/manifest/load.js";
import { readCapture } from "../../src/protocol/capture/index.js";

const facts = await loadFacts();

function verdicts(...lines: string[]): string[] {
  return readCapture(lines.join("\n"), "x").map(
    (reading) => judge(reading, facts, { declarations: [] }).verdict,
  );
}

describe("set aside", () => {
  test.each([
    ["a clone that tells its maker", ["ATI", "Baiwang", "QDC507", "Revision: QDC507GLEFM21", "", "OK"]],
    ["Quectel's GSM modules", ["ATI", "Quectel_Ltd", "Quectel_M66", "Revision: M66FAR02A12BT", "", "OK"]],
    ["Quectel's NB-IoT modules", ["ATI", "Quectel", "BG95-M3", "Revision: BG95M3LAR02A03", "", "OK"]],
    ["Quectel's modules on other chips", ["AT+GMR", "EC200UCNAAR02A07M08", "OK"]],
    [
      "SIMCom, by the name before its answer",
      ["AT+CGMM", "A7670E-FASE", "OK", "AT+CGMR", "+CGMR: A011B07A7670M7", "OK"],
    ],
    ["Fibocom", [`+CGMI: "Fibocom"`, "OK", `+CGMM: "L610","L610-EU"`, "OK"]],
  ])("%s", (_, lines) => expect(verdicts(...lines)).toEqual(["unsupported"]));
});

test("firmware of one's own is not another make", () => {
  expect(
    verdicts("ATI", "Quectel", "EG25", "Revision: EG25GGBR07A08M2G", "", "OK", "AT+QGMR", "0.7.4", "OK"),
  ).toEqual(["custom"]);
});
