import { describe, expect, it } from "vitest";
import type { UsbDevice } from "../../src/core/bus.js";
import { differenceOf, type Expected, NO_DIFFERENCE, recordings } from "./fidelity.js";
import { enterEdl, isNormal, scenarioNamed, waitFor, worldOf } from "./host.js";

interface Recording {
  /** As QFirehose lists a device; the last interface may be cut off behind its own line. */
  readonly lines: readonly string[];
  readonly difference?: Expected;
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");

/** The model's device in the same lines, without what its descriptors do not tell: bus, sizes, intervals. */
function linesOf({ vendorId, productId, interfaces }: UsbDevice): string[] {
  return [
    `P: idVendor=${hex(vendorId, 4)} idProduct=${hex(productId, 4)}`,
    `C: bNumInterfaces: ${interfaces.length}`,
    ...interfaces.flatMap(({ number, classCode, subclass, protocol, endpoints }) => [
      `I: If#= ${number} Alt= 0 #EPs= ${endpoints.length} Cls=${hex(classCode, 2)} Sub=${hex(subclass, 2)} Prot=${hex(protocol, 2)}`,
      ...endpoints.map(
        ({ address, kind }) => `E: Ad=${hex(address, 2)} Atr=${kind === "bulk" ? "02" : "03"}`,
      ),
    ]),
  ];
}

const withoutPlace = (line: string) => line.replace(/\/dev\/bus\S+ /, "").replace(/ MxPS=.*/, "");

describe.each(recordings<Recording>("usb-"))("%s", (name, { lines, difference }) => {
  it("the model has the recorded interfaces and endpoints in their order", async () => {
    const world = worldOf(await scenarioNamed("healthy"));
    const device = name.includes("-edl-") ? await enterEdl(world) : await waitFor(world, isNormal);
    const { reason, ...expected } = difference ?? { ...NO_DIFFERENCE, reason: null };
    expect(reason).not.toBe("");
    const recorded = lines.map(withoutPlace);
    const model = linesOf(device);
    expect(recorded.length).toBeGreaterThan(4);
    expect(differenceOf(recorded, model.slice(0, recorded.length))).toEqual(expected);
  });
});
