import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { DIAGNOSIS, READS } from "../../src/core/at-commands.js";
import type { CheckOptions } from "../../src/flow/check.js";
import { diagnoseBus, type DiagnoseResult, diagnoseTexts } from "../../src/flow/diagnose.js";
import { textInputs } from "../../src/flow/text-inputs.js";
import type { Network } from "../../src/sim/scenario.js";
import { declare, facts } from "./bench.js";
import { textOf } from "./texts.js";
import { atFault, Live, type Unit, WRONG } from "./live.js";

const A = declare({ label: "EC25AFA-512-STD" });

const codes = ({ diagnoses: [one] }: DiagnoseResult) => one?.findings.map(({ code }) => code) ?? [];
const wrong = ({ diagnoses: [one] }: DiagnoseResult) =>
  one?.findings.filter(({ kind }) => kind !== "fine").map(({ code }) => code) ?? [];
const conclusion = ({ diagnoses: [one] }: DiagnoseResult) => one?.conclusion ?? "";

async function* noStdin() {}

async function ofThread(name: string, variant?: string) {
  const path = fileURLToPath(new URL(`../../fixtures/captures/${name}.txt`, import.meta.url));
  const declarations = variant === undefined ? [] : declare({ variant });
  return diagnoseTexts(await textInputs([path], noStdin()), { facts, modes: [] }, { declarations });
}

async function live(unit: Partial<Unit>, options: Partial<CheckOptions> = {}) {
  const bench = new Live({ portPath: "1-1.2", ...unit });
  const result = await diagnoseBus(bench.context(), { declarations: A, ...options });
  return { bench, result };
}

const network = (change: Partial<Network>): Partial<Unit> => ({
  change: (setup) => ({ network: { ...setup.network, ...change } }),
});

describe("the thread", () => {
  it("before the flash: other hardware is suspected, by the mask that survives", async () => {
    const result = await ofThread("thread-before");
    const [first] = result.diagnoses[0]?.findings ?? [];
    expect(first).toMatchObject({ code: "firmware-suspect", kind: "firmware", weight: "strong" });
    expect(first?.evidence.map(({ says }) => says).join("\n")).toContain("the factory mask of EC25-A");
    expect(codes(result)).toContain("sim-ready");
    // CSQ 99 with the radio off says nothing of the antenna.
    expect(codes(result)).not.toContain("antenna-no-signal");
    expect(result.exit).toBe(11);
  });

  it("before the flash, declared: the firmware is foreign", async () => {
    const result = await ofThread("thread-before", "EC25-A");
    expect(wrong(result)[0]).toBe("firmware-foreign");
    expect(result.exit).toBe(10);
  });

  it.each(["thread-after", "thread-whole"])("%s: the firmware is fine", async (name) => {
    const result = await ofThread(name, "EC25-A");
    expect(conclusion(result)).toMatch(/^The firmware is fine/);
    expect(codes(result)).toEqual(
      expect.arrayContaining(["firmware-belongs", "sim-ready", "network-registered"]),
    );
    expect(result.exit).toBe(0);
  });
});

describe("texts of which some are none", () => {
  const text = (revision: string, label = "EC25AFA-512-STD") =>
    JSON.stringify({ imei: "000000000000018", revision, label });
  const RIGHT = "EC25AFAR05A07M4G";
  const diagnoseAll = (...texts: string[]) =>
    diagnoseTexts(
      texts.map((one, at) => textOf(`${at}`, one)),
      { facts, modes: [] },
      { declarations: A },
    );

  it.each<[string, string[], string[], number]>([
    ["an empty one last", [text(RIGHT), ""], ["1 input-empty"], 11],
    ["an empty one first", ["", text(RIGHT)], ["0 input-empty"], 11],
    ["a label nobody can read", [text(RIGHT, "nonsense"), text(RIGHT)], ["0:1 label-unknown"], 2],
    ["a worse one beside it", [text("EC25EFAR06A11M4G"), ""], ["1 input-empty"], 10],
  ])("%s: the others are diagnosed", async (_, texts, failures, exit) => {
    const result = await diagnoseAll(...texts);
    expect(result.diagnoses).toHaveLength(1);
    expect(result.failures.map(({ source, error }) => `${source} ${error.code}`)).toEqual(failures);
    expect(result.exit).toBe(exit);
  });

  it("all of which are none fail as a whole", async () => {
    await expect(diagnoseAll("", "")).rejects.toMatchObject({ code: "input-empty" });
    await expect(diagnoseAll(text(RIGHT, "nonsense"))).rejects.toMatchObject({ code: "label-unknown" });
  });
});

describe("diagnose of a module", () => {
  it("sends the fifteen questions in the thread's order, and reads alone", async () => {
    const { bench, result } = await live({});
    const asked = Object.values(DIAGNOSIS);
    expect(asked).toHaveLength(15);
    const sent = bench.sent("1-1.2");
    const allowed = new Set<string>([...Object.values(READS), ...asked]);
    expect(sent.filter((text) => !allowed.has(text))).toEqual([]);
    expect(sent.slice(-15)).toEqual(asked);
    expect(result.diagnoses[0]?.answers.map(({ command }) => command)).toEqual(asked);
    expect(result.diagnoses[0]?.answers.every(({ lines }) => lines?.at(-1) === "OK")).toBe(true);
  });

  it("asks the questions that the thread's support asked, letter by letter", async () => {
    const text = await readFile(
      new URL("../../fixtures/captures/thread-before.txt", import.meta.url),
      "utf8",
    );
    const asked = text
      .replace(/[“”]/g, '"')
      .split("\n")
      .filter((line) => line.startsWith("AT+"));
    expect(Object.values(DIAGNOSIS)).toEqual(asked);
  });

  it.each([
    ["a healthy one", {}, [], 0],
    ["no SIM", network({ sim: "absent" }), ["sim-absent"], 0],
    ["a broken SIM", network({ sim: "failure" }), ["sim-failure"], 0],
    ["a PIN", network({ sim: "pin" }), ["sim-pin"], 0],
    ["a PUK", network({ sim: "puk" }), ["sim-puk"], 0],
    ["a SIM that is not ready", network({ sim: "not-ready" }), ["sim-busy"], 0],
    ["a refused SIM", network({ registration: "denied" }), ["network-denied"], 0],
    ["nothing heard", network({ registration: "searching" }), ["antenna-no-signal"], 0],
    ["no IPv6", network({ ipv6: null }), ["network-ipv4-only"], 0],
    ["no APN", network({ apn: "" }), ["network-no-apn"], 0],
    ["foreign firmware", { revision: WRONG }, ["firmware-foreign"], 10],
  ] as const)("%s", async (_name, unit, found, exit) => {
    const { result } = await live(unit);
    expect(wrong(result)).toEqual(found.length === 0 ? [] : expect.arrayContaining([...found]));
    expect(result.exit).toBe(exit);
    if (exit === 0) expect(conclusion(result)).toMatch(/^The firmware is fine/);
  });

  it("does without the answers of a module that hangs, and says which", async () => {
    const { result } = await live({ faults: [atFault("silence", "AT+CSQ"), atFault("silence", "AT+CPAS")] });
    const silent = result.diagnoses[0]?.answers.filter(({ lines }) => lines === null);
    expect(silent?.map(({ command }) => command)).toEqual(["AT+CPAS", "AT+CSQ"]);
    expect(conclusion(result)).toMatch(/^The firmware is fine/);
  });

  it("asks nothing of one that is in EDL or silent", async () => {
    const edl = await live({ change: () => ({ startsIn: "edl" as const }) });
    expect(wrong(edl.result)).toContain("module-not-running");
    const silent = await live({ switches: { atSilent: true } });
    expect(wrong(silent.result)).toContain("module-not-ready");
    expect(silent.result.diagnoses[0]?.answers).toEqual([]);
    expect(silent.result.exit).toBe(11);
  });

  it("names the host when its network function takes no raw IP", async () => {
    const bench = new Live({ portPath: "1-1.2" });
    const { bus } = bench.world;
    const host = {
      virtual: true,
      list: () => bus.list(),
      openPort: bus.openPort.bind(bus),
      openEndpoint: bus.openEndpoint.bind(bus),
      rawIp: async () => false,
    };
    const result = await diagnoseBus(bench.context(host), { declarations: A });
    expect(wrong(result)).toEqual(["host-raw-ip"]);
    expect(conclusion(result)).toContain("The firmware is fine; look at the host");
  });

  it("waits for a module, ends at its limit, and wants one", async () => {
    const late = await new Promise<DiagnoseResult>((resolve, reject) => {
      const bench = new Live({ portPath: "1-1.2" });
      bench.module("1-1.2").powerCycle();
      diagnoseBus(bench.context(), { declarations: A, waitMs: 60_000 }).then(resolve, reject);
    });
    expect(codes(late)).toContain("firmware-belongs");
    await expect(live({ switches: { atSilent: true } }, { timeoutMs: 5_000 })).rejects.toMatchObject({
      code: "time-up",
    });
    const two = new Live({ portPath: "1-1.2" }, { portPath: "1-1.3" });
    await expect(diagnoseBus(two.context(), { declarations: [] })).rejects.toMatchObject({
      code: "module-ambiguous",
    });
  });
});
