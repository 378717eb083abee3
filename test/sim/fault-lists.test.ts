import { describe, expect, it } from "vitest";
import { faultSchema, registration, simState } from "../../src/manifest/fault-schema.js";
import { FAULT_ITEMS, FAULT_NAMES } from "../../src/sim/faults.js";
import { REGISTRATIONS, SIM_STATES } from "../../src/sim/network.js";

/** The manifests and the simulator do not know each other; what one allows the other must know, and the reverse. */
describe("names in scenarios and in the simulator", () => {
  const { name, at } = faultSchema.shape;

  it.each([
    ["faults", name.options, FAULT_NAMES],
    ["places", at.shape.item.options, FAULT_ITEMS],
    ["SIM states", simState.options, SIM_STATES],
    ["registrations", registration.options, REGISTRATIONS],
  ] as const)("are the same: %s", (_, allowed, known) => {
    expect([...allowed].sort()).toEqual([...known].sort());
  });

  it("a change of port path says where to", () => {
    const given = { name: "other-port-path", at: { item: "reset" } };
    expect(faultSchema.safeParse(given).success).toBe(false);
    expect(faultSchema.safeParse({ ...given, portPath: "1-1.4" }).success).toBe(true);
  });
});
