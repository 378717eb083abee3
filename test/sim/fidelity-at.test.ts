import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toLatin1 } from "../../src/protocol/at/lines.js";
import type { ModuleSetup } from "../../src/sim/scenario.js";
import {
  differenceOf,
  type Expected,
  folded,
  NO_DIFFERENCE,
  recordings,
  recordingTexts,
  shapeOf,
  straight,
} from "./fidelity.js";
import { at, bootedPort, changed, readUntil, worldOf } from "./host.js";

interface Exchange {
  readonly command: string;
  /** Raw lines; with the form `bytes` each still has its CR. */
  readonly says: readonly string[];
  /** The values are the same too. */
  readonly exact?: boolean;
  /** How many entries a list has is not compared. */
  readonly list?: boolean;
  /** The recording has the lines in one. */
  readonly joined?: boolean;
  /** Needed to come into the state, not part of the recording. */
  readonly setup?: boolean;
  /** What the model's part ends with, where it is not the result. */
  readonly until?: string;
  readonly difference?: Expected;
}

interface Recording {
  readonly source: string;
  /** `bytes`: all of them. `lines`: blank ones are lost. `answers`: the OK is lost too. */
  readonly form: "bytes" | "lines" | "answers";
  readonly echo?: boolean;
  /** The state the recorded module was in. */
  readonly module: {
    readonly hardwareCode: string;
    readonly revision: string;
    readonly sim?: ModuleSetup["network"]["sim"];
    readonly registers?: boolean;
    readonly ipv6?: null;
    readonly powerDown?: "error";
    readonly bandGw?: string;
    readonly bandLte?: string;
  };
  readonly exchanges: readonly Exchange[];
}

const RECORDINGS = recordings<Recording>("at-");
const EXCHANGES = RECORDINGS.flatMap(([, { exchanges }]) => exchanges);

function inState({ module }: Recording) {
  const { hardwareCode, revision, sim, registers, ipv6, powerDown, bandGw, bandLte } = module;
  return (setup: ModuleSetup): Partial<ModuleSetup> => ({
    hardware: { ...setup.hardware, hardwareCode },
    firmware: { revision },
    nv: { ...setup.nv, bandGw: bandGw ?? setup.nv.bandGw, bandLte: bandLte ?? setup.nv.bandLte },
    network: {
      ...setup.network,
      sim: sim ?? "ready",
      registration: (registers ?? true) ? ("home" as const) : ("searching" as const),
      ...(ipv6 === null ? { ipv6 } : {}),
    },
    switches: { ...setup.switches, powerDown: powerDown ?? "answered" },
  });
}

/** What a recording of that form keeps of an answer. */
function linesOf(text: string, form: Recording["form"]): string[] {
  if (form === "bytes") return text.replace(/\n$/, "").split("\n");
  const lines = text
    .split(/\r\n|\r/)
    .map((line) => line.trim())
    .filter(Boolean);
  return form === "lines" || lines.at(-1) !== "OK" ? lines : lines.slice(0, -1);
}

function shapes(lines: readonly string[], exchange: Exchange): string[] {
  const all = lines.map((line) => shapeOf(line, exchange.command));
  return exchange.list === true ? folded(all) : all;
}

async function ask(port: Awaited<ReturnType<typeof bootedPort>>, { command, until }: Exchange) {
  const results = command.split("\r").length;
  await port.write(toLatin1(`${command}\r`));
  const result = "(?:OK|ERROR|\\+CME ERROR: [^\\r]+)\\r\\n";
  return readUntil(port, new RegExp(until ?? `(?:\\r\\n${result}[^]*?){${results}}$`));
}

describe.each(RECORDINGS)("%s", (_name, recording) => {
  it("is answered by the model as it was recorded, but for what is listed with its reason", async () => {
    expect(recording.source).not.toBe("");
    const world = worldOf(await changed("healthy", inState(recording)));
    const port = await portOf(world, recording);
    if (recording.echo === true) await at(port, "ATE1");
    for (const exchange of recording.exchanges) {
      const text = await ask(port, exchange);
      if (exchange.setup === true) continue;
      const lines = linesOf(text, recording.form);
      const model = exchange.joined === true ? [lines.join(" ")] : lines;
      const { reason, ...expected } = exchange.difference ?? { ...NO_DIFFERENCE, reason: null };
      expect(reason).not.toBe("");
      expect(
        differenceOf(shapes(exchange.says, exchange), shapes(model, exchange)),
        `${exchange.command}: ${JSON.stringify(model)}`,
      ).toEqual(expected);
      if (exchange.exact === true) expect(model.map(straight)).toEqual(exchange.says.map(straight));
    }
  });
});

/** Behind its boot URCs, registered if it will be. A custom revision has no form to wait for. */
async function portOf(world: ReturnType<typeof worldOf>, { module }: Recording) {
  const [device] = await world.bus.list();
  if (device === undefined) throw new Error("no module");
  const port = /_\d/.test(module.revision)
    ? await bootedPort(world)
    : await world.bus.openPort(device, 2).then(async (open) => {
        await at(open, "ATE0");
        return open;
      });
  return port;
}

it.each(recordingTexts())("%s has nobody's numbers, and a source", (_file, text) => {
  const long = text.match(/(?<![\d.xa-f])\d{14,20}(?!\d)/gi) ?? [];
  expect(long.filter((digits) => /[1-9]/.test(digits))).toEqual([]);
  expect(text.match(/\+\d{8,}/g)).toBeNull();
  expect(text).toMatch(/"source": "(https:\/\/|public code|forums\.quectel\.com|nippynetworks\/)/);
});

describe("the comparison", () => {
  it.each([
    ['+QCFG: "band",0x260,0x80a,0x0', '+QCFG: "band",<hex>,<hex>,<hex>'],
    ['+COPS: 0,0,"TW Mobile",7', '+COPS: <n>,<n>,"<text>",<n>'],
    ["+COPS: (0-4),(-1)", "+COPS: (<n>-<n>),(<n>)"],
    ["Revision: EC25AFAR05A07M4G\r", "Revision: <revision>\r"],
    ["EC25AFAR05A07M4G_30.005.30.005", "<edition>"],
    ['+CGPADDR: 1,"10.0.0.1"', '+CGPADDR: <n>,"<address>"'],
    ["+QNWINFO: No Service", "+QNWINFO: No Service"],
  ])("takes the values out of %s", (line, shape) => {
    expect(shapeOf(line, 'AT+QCFG="band"')).toBe(shape);
  });

  it("finds what one side has alone", () => {
    expect(differenceOf(["a", "x", "b"], ["a", "b", "OK"])).toEqual({ capture: ["x"], model: ["OK"] });
    expect(differenceOf(["a"], ["a"])).toEqual(NO_DIFFERENCE);
  });

  it("folds the entries of a list, not its other parts", () => {
    expect(folded(["+C: (a),(a),,(b),(c)", "x", "x", "y"])).toEqual(["+C: (a),,(b),(c)", "x", "y"]);
  });

  it("reports one separator, quote or line end that differs, in any recorded line", () => {
    const lines = EXCHANGES.flatMap(({ command, says }) =>
      says.map((line) => ({ command, line: straight(line) })),
    );
    const places = lines.flatMap(({ command, line }) =>
      separators(line).map((place) => ({ command, line, place })),
    );
    expect(places.length).toBeGreaterThan(200);
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.constantFrom("", ";", "'"),
        ({ command, line, place }, other) => {
          const broken = line.slice(0, place) + other + line.slice(place + 1);
          const difference = differenceOf([shapeOf(line, command)], [shapeOf(broken, command)]);
          expect(difference.model, broken).toHaveLength(1);
          expect(difference.capture).toHaveLength(1);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Where commas, colons, quotes, brackets and line ends stand that are not inside a quoted text. */
function separators(line: string): number[] {
  let quoted = false;
  return Array.from(line).flatMap((char, at) => {
    if (char === '"') quoted = !quoted;
    return char === '"' || (!quoted && /[,:()\r]/.test(char)) ? [at] : [];
  });
}
