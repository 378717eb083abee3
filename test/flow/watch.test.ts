import { describe, expect, it } from "vitest";
import { type CheckOptions } from "../../src/flow/check.js";
import { watchBus, type Watched } from "../../src/flow/watch.js";
import { declare } from "./bench.js";
import { atFault, Live, RIGHT, type Unit, WRONG } from "./live.js";

/** Watches; `act` gets the moments of a hand at the bench, by the clock of the bench. */
async function watched(
  units: readonly Unit[],
  act: (live: Live) => Promise<void>,
  options: Partial<CheckOptions> = {},
) {
  const live = new Live(...units);
  const news: Watched[] = [];
  const watching = watchBus(live.context(), { declarations: [], ...options }, (one) => news.push(one));
  await act(live);
  live.stop.request("SIGINT");
  const { exit, tally } = await watching;
  return { live, exit, tally, news, told: news.map(word) };
}

function word(news: Watched): string {
  if (news.kind === "judged") return `${news.judgement.reading.source} ${news.judgement.verdict}`;
  return news.kind === "failed" ? `${news.source} ${news.error.code}` : `${news.source} left`;
}

const MINUTE = 60_000;

describe("check --watch", () => {
  it("judges what is there, what is plugged in again, and ends with the worst exit", async () => {
    const { told, exit, tally } = await watched(
      [{ portPath: "1-1.1" }, { portPath: "1-1.2", revision: WRONG }],
      async (live) => {
        await live.clock.sleep(MINUTE);
        live.module("1-1.1").powerCycle();
        await live.clock.sleep(MINUTE);
      },
      { allowUnknown: true },
    );
    expect(told).toEqual(["1-1.1 unknown", "1-1.2 suspect", "1-1.1 left", "1-1.1 unknown"]);
    expect(exit).toBe(11);
    expect(tally).toMatchObject({ modules: 3, failures: 0 });
  });

  it("sends nothing more to a module that was judged", async () => {
    const live = new Live({ portPath: "1-1.2" });
    const judged: number[] = [];
    const watching = watchBus(live.context(), { declarations: [] }, () =>
      judged.push(live.sent("1-1.2").length),
    );
    await live.clock.sleep(10 * MINUTE);
    live.stop.request("SIGINT");
    await watching;
    expect(judged).toHaveLength(1);
    expect(judged[0]).toBeGreaterThan(10);
    expect(live.sent("1-1.2")).toHaveLength(judged[0] ?? 0);
  });

  it("tells a module that leaves while it is read, and judges it when it is back", async () => {
    const { told } = await watched(
      [{ portPath: "1-1.2", faults: [atFault("unplug", "AT+CFUN?", { returnMs: 5_000 })] }],
      async (live) => live.clock.sleep(2 * MINUTE),
    );
    expect(told.filter((one) => !one.endsWith("left"))).toEqual(["1-1.2 module-gone", "1-1.2 unknown"]);
    expect(told).toContain("1-1.2 left");
  });

  it("waits for a module that was just plugged in, and judges other modes at once", async () => {
    const { told, news } = await watched(
      [{ portPath: "1-1.1" }, { portPath: "1-1.2", change: () => ({ startsIn: "edl" as const }) }],
      async (live) => {
        live.module("1-1.1").powerCycle();
        await live.clock.sleep(MINUTE);
      },
    );
    expect(told).toEqual(["1-1.2 not-running", "1-1.1 unknown"]);
    const [, last] = news;
    expect(last?.kind === "judged" && last.judgement.claimed?.text).toBe(RIGHT);
  });

  it("applies a declaration to a module that is alone on the bus only", async () => {
    const declarations = declare({ variant: "EC25-A" });
    const alone = await watched(
      [{ portPath: "1-1.1" }, { portPath: "1-1.2" }],
      (live) => live.clock.sleep(MINUTE),
      { declarations, portPath: "1-1.1" },
    );
    expect(alone.told).toEqual(["1-1.1 match"]);
    expect(alone.exit).toBe(0);
    const both = await watched(
      [{ portPath: "1-1.1" }, { portPath: "1-1.2" }],
      (live) => live.clock.sleep(MINUTE),
      { declarations },
    );
    expect(both.told).toEqual(["1-1.1 module-ambiguous", "1-1.2 module-ambiguous"]);
    expect(both.exit).toBe(3);
  });

  it("is 3 when nothing came, also at the end of --timeout", async () => {
    expect((await watched([], (live) => live.clock.sleep(MINUTE))).exit).toBe(3);
    const live = new Live();
    const end = await watchBus(live.context(), { declarations: [], timeoutMs: MINUTE }, () => undefined);
    expect(end.exit).toBe(3);
  });

  it("tells what a stop left unread", async () => {
    const { told, exit } = await watched(
      [{ portPath: "1-1.1" }, { portPath: "1-1.2", switches: { atSilent: true } }],
      (live) => live.clock.sleep(10_000),
    );
    expect(told).toEqual(["1-1.1 unknown", "1-1.2 interrupted"]);
    expect(exit).toBe(130);
  });
});
