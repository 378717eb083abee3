import { describe, expect, it } from "vitest";
import { toLatin1 } from "../../src/protocol/at/lines.js";
import type { Fault } from "../../src/sim/faults.js";
import { at, fault, faulty, isNormal, moduleOf, QUIET_MS, realClock, waitFor } from "./host.js";

const place = (more: Partial<Fault["at"]>) => ({ item: "at" as const, ...more });

async function opened(...faults: Fault[]) {
  const world = await faulty(...faults);
  const device = await waitFor(world, isNormal);
  return {
    world,
    port: await world.bus.openPort(device, 2),
    other: await world.bus.openPort(device, 3),
  };
}

describe("an AT command that goes wrong", () => {
  it("is answered where no fault stands", async () => {
    const { port } = await opened(fault("stall", place({ command: "AT+CSQ" })));
    expect(await at(port, "AT+QGMR")).toContain("OK");
  });

  it("gets no answer, and the next one does", async () => {
    const { port } = await opened(fault("silence", place({ command: "AT+QGMR" })));
    expect(await at(port, "AT")).toContain("OK");
    await port.write(toLatin1("AT+QGMR\r"));
    expect(await port.read(QUIET_MS)).toBeNull();
    expect(await at(port, "AT+QGMR")).toContain("EC25EFAR06A11M4G");
  });

  it("the second one ends all answers of both ports until power is lost", async () => {
    const { world, port, other } = await opened(fault("stall", place({ nth: 2 })));
    expect(await at(port, "AT")).toContain("OK");
    for (const mute of [port, other]) {
      await mute.write(toLatin1("AT\r"));
      expect(await mute.read(QUIET_MS)).toBeNull();
    }
    moduleOf(world).powerCycle();
    const again = await world.bus.openPort(await waitFor(world, isNormal), 2);
    let answered = false;
    for (const end = performance.now() + 5000; !answered && performance.now() < end; ) {
      await again.write(toLatin1("AT\r"));
      answered = (await again.read(QUIET_MS)) !== null;
    }
    expect(answered).toBe(true);
  });

  it("takes the module off the bus", async () => {
    const { world, port } = await opened(
      fault("unplug", place({ command: "AT+CFUN?" }), { returnMs: 10_000 }),
    );
    await port.write(toLatin1("AT+CFUN?\r"));
    await expect(port.read(5000)).rejects.toMatchObject({ code: "module-gone" });
    expect(await world.bus.list()).toEqual([]);
    await realClock.sleep(2);
    await waitFor(world, isNormal);
  });
});
