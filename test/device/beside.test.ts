import { describe, expect, it } from "vitest";
import type { Port, Testimony, Witness } from "../../src/core/bus.js";
import { UNREAD } from "../../src/core/reading.js";
import { identify } from "../../src/device/identify.js";
import { FACTS } from "../core/facts.js";
import { FakeBus, FakeClock, FakePort, heldBy, NORMAL, tablePort } from "./fakes.js";

const MANAGER = "ModemManager (pid 412)";
const SHORT = "EC25AFAR05A07M4G";

/** A module whose interfaces 2 and 3 are opened as told, and who was asked instead. */
function world(
  open: (clock: FakeClock, interfaceNumber: number) => Port,
  testimonies: readonly Testimony[] = [],
) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const witnesses = testimonies.map(
    (testimony, index): Witness => ({
      name: `witness${index}`,
      ask: async () => {
        asked.push(`witness${index}`);
        return testimony;
      },
    }),
  );
  const bus = new FakeBus(
    () => [NORMAL],
    (number) => open(clock, number),
  );
  return { bus, asked, reading: () => identify({ bus, clock, facts: FACTS, witnesses }, NORMAL, "normal") };
}

const held = (_: FakeClock, number: number): Port => {
  throw heldBy(`/dev/ttyUSB${number}`, MANAGER);
};
const said: Testimony = { kind: "said", said: { ...UNREAD, revisions: [{ text: SHORT, from: "witness1" }] } };

describe("a module whose AT ports are held", () => {
  it("is told of by the first witness that knows it, and by whom and why is said", async () => {
    const { reading, asked, bus } = world(held, [{ kind: "nothing", why: "not installed" }, said, said]);
    const { revisions, circumstances, mode } = await reading();
    expect(asked).toEqual(["witness0", "witness1"]);
    expect(revisions).toEqual([{ text: SHORT, from: "witness1" }]);
    expect(mode).toBe("normal");
    expect(circumstances).toEqual([
      {
        from: "witness1",
        says: `the AT ports are held by ${MANAGER} and were not opened; witness1 was asked instead; witness0: not installed`,
      },
    ]);
    // Only the two AT ports were tried; the NMEA port behind them is no substitute.
    expect(bus.opened).toEqual([2, 3]);
  });

  it("fails with every holder and every answer when nobody knows it", async () => {
    const open = (_: FakeClock, number: number): Port => {
      throw heldBy(`/dev/ttyUSB${number}`, number === 2 ? MANAGER : "minicom (pid 7)");
    };
    const { reading } = world(open, [{ kind: "nothing", why: "ModemManager does not answer" }]);
    await expect(reading()).rejects.toMatchObject({
      code: "port-held",
      facts: {
        path: "/dev/ttyUSB2 and /dev/ttyUSB3",
        holders: [MANAGER, "minicom (pid 7)"],
        alsoAsked: ["witness0: ModemManager does not answer"],
      },
    });
  });

  it("fails without witnesses, as for a run that needs the ports itself", async () => {
    await expect(world(held).reading()).rejects.toMatchObject({
      code: "port-held",
      facts: { alsoAsked: [] },
    });
  });

  it("is asked through the port that is free, when one is", async () => {
    const open = (clock: FakeClock, number: number): Port => {
      if (number === 2) throw heldBy("/dev/ttyUSB2", "minicom (pid 7)");
      return number === 3
        ? tablePort(clock, { AT: [], "AT+QGMR": [`${SHORT}_30.005.30.005`] })
        : new FakePort(clock);
    };
    const { reading, asked } = world(open, [said]);
    const { revisions, circumstances } = await reading();
    expect(revisions).toEqual([{ text: `${SHORT}_30.005.30.005`, from: "AT+QGMR" }]);
    expect(circumstances).toEqual([]);
    expect(asked).toEqual([]);
  });
});
