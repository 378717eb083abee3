/** Many modules of one kind in a scenario file of their own, as a site would write it for its rack. */
import { readFileSync, writeFileSync } from "node:fs";

const SHIPPED = new URL("../../manifests/scenarios/", import.meta.url);

/**
 * Writes a scenario of `count` modules; module n has the firmware that `revisionOf(n)` gives and an identity of its own.
 * @returns the path of the file
 */
export function writeMany(path, count, revisionOf) {
  const scenario = JSON.parse(readFileSync(new URL("wrong-variant.json", SHIPPED), "utf8"));
  const [pattern] = scenario.modules;
  scenario.name = "many";
  scenario.title = `${count} modules of one kind.`;
  scenario.modules = Array.from({ length: count }, (_, n) => ({
    ...pattern,
    portPath: `1-1.${n + 1}`,
    hardware: { ...pattern.hardware, chipSerial: pattern.hardware.chipSerial + n },
    firmware: { revision: revisionOf(n) },
    nv: {
      ...pattern.nv,
      imei: withCheckDigit(`000000000001${String(n).padStart(2, "0")}`),
      serial: `VIRTUAL0001${n}`,
    },
    network: { ...pattern.network, ipv4: `10.64.8.${n + 1}`, ipv6: `2001:db8:8:${n + 1}::2` },
  }));
  writeFileSync(path, JSON.stringify(scenario));
  return path;
}

/** The fifteenth digit of an IMEI (Luhn). */
export function withCheckDigit(digits) {
  const sum = [...digits].reduce((total, digit, at) => {
    const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}
