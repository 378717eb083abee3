import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { latin1, toLatin1 } from "../../src/protocol/at/lines.js";
import * as firehose from "../../src/protocol/firehose/commands.js";
import { decodeSahara } from "../../src/protocol/sahara.js";
import { serveUsbip } from "../../src/sim/usbip/server.js";
import { EC25_EFA_LAYOUT } from "../../src/sim/vendor/maps.js";
import { openWorld, type World } from "../../src/sim/world.js";
import type { Endpoint } from "../../src/core/bus.js";
import { EcflashError } from "../../src/core/errors.js";
import {
  EdlHost,
  enterEdl,
  FAST,
  moduleOf,
  PROGRAMMER,
  rangeOf,
  realClock,
  scenarioNamed,
  worldOf,
} from "./host.js";
import { UsbipClient } from "./usbip-client.js";

/**
 * A host that is killed says no goodbye. At every stage of EDL: how far it came, and what the next host meets. A module
 * keeps its programmer, its rawmode count and its unread answers (qdl issues 184, 232).
 */

const { geometry, map } = EC25_EFA_LAYOUT;
const misc = rangeOf(map, geometry, "misc");
const HALF_A_PAGE = 2048;
const PAGES = 4;
const image = new Uint8Array(PAGES * geometry.pageSizeBytes).fill(0x5a);
const read = firehose.readCommand(geometry, { start: 640, end: 640 + PAGES });

interface Stage {
  readonly name: string;
  /** How far the first host comes. */
  readonly until: (host: EdlHost) => Promise<unknown>;
  /** The first transfers the next host finds without asking. */
  readonly meets: readonly string[];
  /** What it then can do, besides taking power away. */
  readonly then: (host: EdlHost) => Promise<unknown>;
}

async function idle(host: EdlHost): Promise<void> {
  await host.startProgrammer();
  await host.configure();
}

async function inRawmode(host: EdlHost): Promise<void> {
  await idle(host);
  await host.erase(geometry, misc);
  await host.command(
    firehose.programCommand(geometry, { start: misc.start, end: misc.start + PAGES }, "image"),
  );
}

const answersNop = async (host: EdlHost) => {
  expect((await host.command(firehose.nopCommand())).attributes["value"]).toBe("ACK");
};
const isMute = async (host: EdlHost) => {
  await host.send(toLatin1(firehose.nopCommand()));
  expect(await host.soon()).toBeNull();
};

const STAGES: readonly Stage[] = [
  {
    name: "before it read HELLO",
    until: async () => undefined,
    meets: ["hello"],
    then: async (host) => {
      await host.hello(3);
      expect(await host.sahara()).toMatchObject({ kind: "command-ready" });
    },
  },
  {
    name: "behind HELLO",
    until: (host) => host.sahara(),
    meets: [],
    // A finished HELLO is not said twice, but the answer to it is still awaited.
    then: async (host) => {
      await host.hello(0);
      expect(await host.sahara()).toMatchObject({ kind: "read-data", offset: 0 });
    },
  },
  {
    name: "in command mode, its answer unread",
    until: async (host) => {
      await host.sahara();
      await host.hello(3);
    },
    meets: ["command-ready"],
    then: async (host) => {
      await host.sendSahara({ kind: "switch-mode", mode: 0 });
      expect(await host.sahara()).toMatchObject({ kind: "hello" });
    },
  },
  {
    name: "in command mode",
    until: async (host) => {
      await host.sahara();
      await host.hello(3);
      await host.sahara();
    },
    meets: [],
    then: async (host) => {
      await host.sendSahara({ kind: "execute", command: 1 });
      expect(await host.sahara()).toMatchObject({ kind: "execute-response", lengthBytes: 4 });
    },
  },
  {
    name: "with an idle programmer",
    until: idle,
    meets: [],
    then: answersNop,
  },
  {
    name: "with an idle programmer that was never configured",
    until: (host) => host.startProgrammer(),
    meets: [],
    then: async (host) => {
      await answersNop(host);
      expect((await host.erase(geometry, misc)).attributes["value"]).toBe("NAK");
    },
  },
  {
    name: "with an answer unread",
    until: async (host) => {
      await idle(host);
      await host.send(toLatin1(firehose.nopCommand()));
    },
    meets: ["response"],
    then: answersNop,
  },
  {
    name: "in rawmode, before the first byte",
    until: inRawmode,
    meets: [],
    then: isMute,
  },
  {
    name: "in rawmode, inside a page",
    until: async (host) => {
      await inRawmode(host);
      await host.send(image.subarray(0, geometry.pageSizeBytes + HALF_A_PAGE));
    },
    meets: [],
    then: async (host) => {
      await host.send(image.subarray(geometry.pageSizeBytes + HALF_A_PAGE));
      expect((await host.response()).attributes).toMatchObject({ value: "ACK", rawmode: "false" });
      await answersNop(host);
    },
  },
  {
    name: "in a read, before its data",
    until: async (host) => {
      await idle(host);
      await host.send(toLatin1(read));
    },
    meets: ["response", "data", "data", "response"],
    then: answersNop,
  },
  {
    name: "in a read, behind half of its data",
    until: async (host) => {
      await idle(host);
      await host.command(read);
      await host.endpoint.read(2 * geometry.pageSizeBytes, 5000);
    },
    meets: ["data", "response"],
    then: answersNop,
  },
];

/** Only where the process itself ends: the bytes of an image on its way are nowhere then. */
const LOST_IN_THE_IMAGE = "in the middle of the programmer's image";

/** What lies there to be read, by kind. */
async function metBy(host: EdlHost): Promise<string[]> {
  const kinds: string[] = [];
  for (let bytes = await host.soon(); bytes !== null; bytes = await host.soon()) {
    const text = latin1(bytes);
    kinds.push(/<(response|log)/.exec(text)?.[1] ?? decodeSahara(bytes)?.kind ?? "data");
  }
  return kinds;
}

const inTheImage = async (host: EdlHost) => {
  await host.sahara();
  await host.hello(0);
  await host.sahara();
  await host.send(PROGRAMMER.subarray(0, 20));
};

describe("a process that is killed, its world opened by the next", () => {
  const next = async (until: Stage["until"]) => {
    const dir = mkdtempSync(join(tmpdir(), "ecflash-close-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const world = worldOf(await scenarioNamed("wrong-variant"), { dir });
    const edl = await enterEdl(world);
    await until(new EdlHost(await world.bus.openEndpoint(edl, 0)));
    // The process is gone here: nothing is closed, nothing is flushed.
    const again = openWorld(dir, { clock: realClock, timeScale: FAST });
    expect(await again.bus.list()).toEqual([edl]);
    return { again, host: new EdlHost(await again.bus.openEndpoint(edl, 0)) };
  };

  it.each(STAGES.map((stage) => [stage.name, stage] as const))("%s", async (_, stage) => {
    const { host } = await next(stage.until);
    expect(await metBy(host)).toEqual(stage.meets);
    await stage.then(host);
  });

  it(`${LOST_IN_THE_IMAGE}: silence, whatever comes, until power is lost`, async () => {
    const { again, host } = await next(inTheImage);
    expect(await metBy(host)).toEqual([]);
    await host.send(PROGRAMMER.subarray(20, 0x34));
    await host.hello(0);
    expect(await host.soon()).toBeNull();
    moduleOf(again).powerCycle();
    expect((await again.bus.list()).every(({ vendorId }) => vendorId === 0x2c7c)).toBe(true);
  });

  it("in an erase: its answer has come by then", async () => {
    const { host } = await next(async (first) => {
      await idle(first);
      await first.send(toLatin1(firehose.eraseCommand(geometry, misc)));
    });
    expect(await metBy(host)).toEqual(["response"]);
    await answersNop(host);
  });
});

/** The bulk pair of a module in EDL, by URBs. An URB that nobody completed in time is unlinked, as a host does. */
class UrbEndpoint implements Endpoint {
  readonly #client: UsbipClient;

  constructor(client: UsbipClient) {
    this.#client = client;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const { status, actualBytes } = await this.#client.out(1, bytes);
    if (status !== 0 || actualBytes !== bytes.length)
      throw new EcflashError("transfer-failed", { what: "URB", reason: `${status}, ${actualBytes}` });
  }

  async read(maxBytes: number, deadlineMs: number): Promise<Uint8Array> {
    const { sequence, done } = this.#client.in(1, maxBytes);
    const late = realClock.sleep(deadlineMs).then(() => null);
    const found = await Promise.race([done, late]);
    if (found !== null) return found.data;
    await this.#client.unlink(sequence);
    throw new EcflashError("transfer-timeout", { what: "URB", deadlineMs });
  }

  async close(): Promise<void> {
    this.#client.close();
  }
}

describe("a machine that drops the USB/IP connection, and the next that imports the module", () => {
  const served = async (): Promise<{ world: World; port: number }> => {
    const world = worldOf(await scenarioNamed("wrong-variant"));
    await enterEdl(world);
    const server = await serveUsbip(world, { host: "127.0.0.1", port: 0 });
    onTestFinished(() => server.close());
    return { world, port: server.port };
  };
  const imported = async (port: number): Promise<EdlHost> => {
    for (;;) {
      const client = await UsbipClient.connect(port);
      onTestFinished(() => client.close());
      if ((await client.import("1-1.2")) === 0) return new EdlHost(new UrbEndpoint(client));
      // The server has not noticed yet that the other one is gone.
      await realClock.sleep(5);
    }
  };

  it.each(STAGES.map((stage) => [stage.name, stage] as const))("%s", async (_, stage) => {
    const { port } = await served();
    const first = await imported(port);
    await stage.until(first);
    await first.endpoint.close();
    const second = await imported(port);
    expect(await metBy(second)).toEqual(stage.meets);
    await stage.then(second);
  });

  it(`${LOST_IN_THE_IMAGE}: the boot ROM, which was not restarted, waits for the rest`, async () => {
    const { port } = await served();
    const first = await imported(port);
    await inTheImage(first);
    await first.endpoint.close();
    const second = await imported(port);
    expect(await metBy(second)).toEqual([]);
    await second.send(PROGRAMMER.subarray(20, 0x34));
    expect(await second.sahara()).toMatchObject({ kind: "read-data", offset: 0x34 });
  });
});
