import { describe, expect, it } from "vitest";
import { realBus } from "../../src/device/real-bus.js";
import { emptyHost, expandHost, hostFixture } from "./sysfs-tree.js";

describe("realBus", () => {
  it("is not virtual, and empty where there is no USB", async () => {
    const bus = realBus({ sysRoot: await emptyHost() });
    expect(bus.virtual).toBe(false);
    expect(await bus.list()).toEqual([]);
  });

  it("says which interface has no serial driver", async () => {
    const bus = realBus({ sysRoot: await expandHost(await hostFixture("default-qmi")) });
    const [device] = await bus.list();
    if (device === undefined) throw new Error("the fixture has no device");
    await expect(bus.openPort(device, 4)).rejects.toMatchObject({
      code: "port-unavailable",
      facts: { path: "interface 4 of 1-1", reason: "no serial driver is bound to it" },
    });
  });
});
