import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { READS } from "../../src/core/at-commands.js";
import type { ModuleBus } from "../../src/core/bus.js";
import { checkBus } from "../../src/flow/check.js";
import { StopSwitch } from "../../src/flow/stop-switch.js";
import { SHIPPED_SCENARIOS } from "../../src/manifest/read.js";
import { listScenarios, loadScenario } from "../../src/manifest/scenarios.js";
import { latin1 } from "../../src/protocol/at/lines.js";
import type { Fault } from "../../src/sim/faults.js";
import type { Scenario } from "../../src/sim/scenario.js";
import { createWorld } from "../../src/sim/world.js";
import { facts, modes } from "./bench.js";
import { withAnswers, withPortSpy } from "./buses.js";
import { EPOCH_MS } from "./site.js";
import { VirtualTime } from "./virtual-time.js";

/**
 * `check` sends exact, complete strings of one closed list and nothing else. Shown in three ways: the list itself holds
 * reads only, every source that `check` can reach writes to a port in one place, and what really leaves over every
 * scenario, every fault of a command and every broken answer is a line of the list.
 */

const LINES = new Set(Object.values(READS).map((command) => `${command}\r`));

describe("the list", () => {
  const commands = Object.values(READS);

  it("holds whole commands, each once, of printable letters and without a second command behind", () => {
    expect(new Set(commands).size).toBe(commands.length);
    for (const command of commands) expect(command).toMatch(/^AT(?:I|\+[A-Z]+(?:\?|=[\w,"]+)?)?$/);
  });

  it("writes nothing: the only = forms are the named reads, and no echo, error format or network search", () => {
    expect(commands.filter((command) => command.includes("=")).sort()).toEqual([
      "AT+EGMR=0,5",
      'AT+QCFG="band"',
      'AT+QCFG="usbnet"',
    ]);
    expect(commands.join("\n")).not.toMatch(/ATE|CMEE|COPS=|CFUN=|EGMR=1|QPRTPARA|QPOWD|QFASTBOOT|QDOWNLOAD/);
  });
});

const SRC = fileURLToPath(new URL("../../src/", import.meta.url));

async function sources(dir = SRC): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const nested = entries.map(async (entry) => {
    const path = join(dir, entry.name);
    return entry.isDirectory() ? sources(path) : entry.name.endsWith(".ts") ? [path] : [];
  });
  return (await Promise.all(nested)).flat();
}

/** All that a source reaches by imports, itself included. */
async function reachedFrom(path: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(path)) return found;
  found.add(path);
  const text = await readFile(path, "utf8");
  for (const [, target = ""] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)\.js"/g))
    await reachedFrom(`${resolve(dirname(path), target)}.ts`, found);
  return found;
}

const named = (path: string) => relative(SRC, path);

describe("the sources", () => {
  it("have one place that writes AT commands, and it takes nothing but a command of the lists", async () => {
    const writers: string[] = [];
    for (const path of await sources()) {
      const room = named(path).split("/")[0] ?? "";
      if (!["device", "flow", "flasher", "cli", "protocol"].includes(room)) continue;
      const text = await readFile(path, "utf8");
      if (/\bport\.write\(/i.test(text)) writers.push(named(path));
      // A cast would let any text through the type.
      const code = text.replace(/^\s*(?:\/?\*|\/\/).*$/gm, "");
      expect(code, named(path)).not.toMatch(/\bas (?:unknown as )?(?:AtCommand|never|any)\b/);
    }
    expect(writers.sort()).toEqual([
      // The one place.
      "device/at-session.ts",
      // The DIAG frame that enters EDL: bytes, no AT; `check` does not reach it.
      "device/enter-edl.ts",
      // Passes on what it is given.
      "device/recording-bus.ts",
      // The port itself.
      "device/serial-port.ts",
    ]);
    const session = await readFile(join(SRC, "device/at-session.ts"), "utf8");
    expect(session.match(/port\.write\(.*\)/g)).toEqual(["port.write(toLatin1(`${command}\\r`))"]);
    expect(session).toMatch(/async ask\(command: AtCommand, /);
  });

  it("that check reaches name no list but the reads", async () => {
    const reached = await reachedFrom(join(SRC, "flow/check.ts"));
    const names = [...reached].map(named);
    expect(names).toContain("device/identify.ts");
    expect(names).not.toContain("device/enter-edl.ts");
    for (const path of reached) {
      if (named(path) === "core/at-commands.ts") continue;
      expect(await readFile(path, "utf8"), named(path)).not.toMatch(/\b(?:CONNECT|AFTER_FLASH)\./);
    }
  });
});

interface Sent {
  readonly lines: string[];
  /** Endpoints of EDL that were opened. */
  readonly endpoints: string[];
}

async function sentBy(scenario: Scenario, around = (bus: ModuleBus) => bus): Promise<Sent> {
  const clock = new VirtualTime();
  const world = createWorld({ scenario, clock, timeScale: 1 });
  const sent: Sent = { lines: [], endpoints: [] };
  const spied = withPortSpy(world.bus, (bytes) => void sent.lines.push(latin1(bytes)));
  const bus: ModuleBus = {
    ...around(spied),
    openEndpoint: async (device, number) => {
      sent.endpoints.push(device.portPath);
      return spied.openEndpoint(device, number);
    },
  };
  const now = () => new Date(EPOCH_MS + clock.nowMs());
  const rest = { emit: () => undefined, stop: new StopSwitch(), stateDir: "unused", cacheDir: "unused" };
  await checkBus({ bus, clock, now, facts, modes, ...rest }, { declarations: [] });
  return sent;
}

function expectReadsOnly({ lines, endpoints }: Sent): void {
  expect(lines.filter((line) => !LINES.has(line))).toEqual([]);
  expect(endpoints).toEqual([]);
}

const names = await listScenarios(SHIPPED_SCENARIOS);
const load = (name: string) => loadScenario(SHIPPED_SCENARIOS, name);

describe("what leaves for a module", () => {
  it.each(names)("%s", async (name) => {
    const sent = await sentBy(await load(name));
    expectReadsOnly(sent);
    if (name === "healthy")
      expect(new Set(sent.lines)).toEqual(new Set([...LINES].filter((line) => line !== "AT+CGMR\r")));
  });

  const commands = Object.values(READS);
  const broken = (["silence", "stall", "unplug"] as const).flatMap((fault) =>
    commands.map((command) => ({ fault, command })),
  );
  it.each(broken)("$fault at $command", async ({ fault, command }) => {
    const scenario = await load("wrong-variant");
    const at = { item: "at", partition: null, command, nth: 1, afterBytes: 0 } as const;
    const faults: Fault[] = [{ name: fault, at, times: null, returnMs: null, revision: null }];
    const modules = scenario.modules.map((module) => ({ ...module, faults }));
    const sent = await sentBy({ ...scenario, modules });
    expectReadsOnly(sent);
    // The fault was met: without AT+QGMR the short form is asked for, as nowhere else.
    if (fault !== "unplug" && command === READS.revisionLong) expect(sent.lines).toContain("AT+CGMR\r");
  });

  it.each<[string, (text: string) => string]>([
    ["ERROR to everything", (text) => text.replace(/OK/g, "ERROR")],
    ["numeric errors", (text) => text.replace(/OK/g, "+CME ERROR: 14")],
    ["errors in words", (text) => text.replace(/OK/g, "+CME ERROR: SIM busy")],
    [
      "an application processor that never comes up",
      (text) => text.replace(/\d\d\.\d{3}(\r|$)/g, "00.000$1"),
    ],
    ["an IMEI that is empty", (text) => text.replace(/\d{15}/g, "")],
    ["NMEA in between", (text) => `$GPGGA,,,,,,0,,,,,,,,*66\r\n${text}`],
    ["commands in its answers", (text) => text.replace(/Quectel/g, "AT+CFUN=1,1\r\nATE0\r\nAT+COPS=?")],
    ["custom firmware", (text) => text.replace(/EC25[\w.]+/g, "0.5.1")],
    ["bytes that are no text", (text) => text.replace(/[A-Z]/g, "\u00ff")],
    ["nothing but a prompt", () => ">"],
  ])("a module that answers with %s", async (_, change) => {
    for (const name of ["healthy", "two-modules"])
      expectReadsOnly(await sentBy(await load(name), (bus) => withAnswers(bus, change)));
  });
});
