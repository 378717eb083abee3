import { describe, expect, it } from "vitest";
import { latin1, toLatin1 } from "../../src/protocol/at/lines.js";
import * as firehose from "../../src/protocol/firehose/commands.js";
import { formatFirehose } from "../../src/protocol/firehose/xml.js";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import { isEdl, moduleOf, rangeOf, ready, switched, waitFor, waitUntilGone } from "./host.js";

const { geometry, map } = EC25_EFA_LAYOUT;
const mibib = rangeOf(map, geometry, "MIBIB");

/** Every transfer of the answer to one command, as text. */
async function transfersOf(switches: Parameters<typeof switched>[0], xml: string): Promise<string[]> {
  const host = await ready(await switched(switches));
  await host.send(toLatin1(xml));
  const transfers: string[] = [];
  for (let bytes = await host.soon(); bytes !== null; bytes = await host.soon())
    transfers.push(latin1(bytes));
  return transfers;
}

const count = (text: string, part: string) => text.split(part).length - 1;

describe("how an answer goes over the wire", () => {
  const info = firehose.storageInfoCommand();

  it("each message in its own transfer", async () => {
    const transfers = await transfersOf({}, info);
    expect(transfers.map((text) => /<(log|response)/.exec(text)?.[1])).toEqual(["log", "response"]);
    for (const text of transfers) expect(text.endsWith("</data>\n")).toBe(true);
  });

  it("all in one", async () => {
    const [only = "", ...others] = await transfersOf({ answers: "joined" }, info);
    expect(others).toEqual([]);
    expect([count(only, "<log"), count(only, "<response")]).toEqual([1, 1]);
  });

  it("in pieces", async () => {
    const transfers = await transfersOf({ answers: "split" }, info);
    expect(transfers.length).toBeGreaterThan(4);
    expect(transfers.join("")).toBe((await transfersOf({}, info)).join(""));
  });

  it.each([
    ["apart", [4096], ["response"]],
    ["log-first", [4096], ["log", "response"]],
  ] as const)("behind the data of a read: %s", async (readEnd, data, messages) => {
    const transfers = await transfersOf(
      { readEnd },
      firehose.readCommand(geometry, { start: mibib.start, end: mibib.start + 1 }),
    );
    const [ack = "", page = "", ...rest] = transfers;
    expect(ack).toContain('rawmode="true"');
    expect([page.length]).toEqual(data);
    expect(rest.map((text) => /<(log|response)/.exec(text)?.[1])).toEqual(messages);
  });

  it("behind the data of a read: in the same transfer", async () => {
    const read = firehose.readCommand(geometry, { start: mibib.start, end: mibib.start + 1 });
    const [, page = "", ...rest] = await transfersOf({ readEnd: "joined" }, read);
    expect(page.slice(4096)).toContain('rawmode="false"');
    expect(rest).toEqual([]);
  });
});

describe("the handlers of the programmer", () => {
  it.each([
    ["nop", {}, "ACK"],
    ["benchmark", { trials: 10 }, "ACK"],
    ["power", { value: "edl" }, "NAK"],
    ["patch", { value: 0 }, "NAK"],
    ["peek", { address64: 0 }, "NAK"],
  ] as const)("%s %o: %s, and the NAND stays as it was", async (name, attributes, answer) => {
    const world = await switched({});
    const host = await ready(world);
    const before = moduleOf(world).nandHash();
    expect((await host.command(formatFirehose(name, attributes))).attributes["value"]).toBe(answer);
    expect(moduleOf(world).nandHash()).toBe(before);
    expect((await host.command(firehose.nopCommand())).attributes["value"]).toBe("ACK");
  });

  it("does one thing at a time: what comes during an erase is answered behind it", async () => {
    const host = await ready(await switched({}));
    await host.send(toLatin1(firehose.eraseCommand(geometry, rangeOf(map, geometry, "modem"))));
    const image = { start: mibib.start, end: mibib.start + 1 };
    await host.send(toLatin1(firehose.programCommand(geometry, image, "image")));
    expect((await host.response()).attributes).toEqual({ value: "ACK" });
    expect((await host.response()).attributes).toMatchObject({ rawmode: "true" });
  });

  it("power off: it leaves and does not come back until it has power again", async () => {
    const world = await switched({});
    const host = await ready(world);
    expect((await host.command(formatFirehose("power", { value: "off" }))).attributes["value"]).toBe("ACK");
    await waitUntilGone(world);
    await world.scheduler.pause(60_000);
    expect(await world.bus.list()).toEqual([]);
    moduleOf(world).powerCycle();
    expect(isEdl(await waitFor(world, () => true))).toBe(false);
  });
});
