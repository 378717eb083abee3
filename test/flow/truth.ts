import { expect } from "vitest";
import type { RunResult } from "../../src/flow/run.js";
import { modeOf } from "../../src/core/usb-mode.js";
import { mapOf } from "../../src/sim/images.js";
import { calibrationBlocks } from "../../src/sim/nv.js";
import { loadUsbModes } from "../../src/manifest/load.js";
import type { Bench } from "./bench.js";
import { imagesOf, sha256 } from "./site.js";

const modes = await loadUsbModes();

/** What is in a virtual NAND before a command. */
export interface NandSnapshot {
  readonly whole: string;
  readonly calibration: string;
  readonly erases: number;
}

export function snapshotOf(bench: Bench): NandSnapshot {
  const whole = bench.module.nandHash();
  const { start, end } = calibrationBlocks(mapOf(bench.setup.nand));
  return { whole, calibration: bench.module.nand.hashBlocks(start, end), erases: erasesOf(bench) };
}

/** True when every image of the package lies at its place, pages filled up with zeros, by SHA-256. */
export function holdsRelease({ module, site, scenario }: Bench): boolean {
  const size = module.nand.geometry.pageSizeBytes;
  return imagesOf(site.tree, scenario.release.revision).every(({ startSector, bytes }) => {
    const padded = new Uint8Array(Math.ceil(bytes.length / size) * size);
    padded.set(bytes);
    return sha256(module.nand.readImage(startSector, padded.length)) === sha256(padded);
  });
}

/** What is at the module's port path, by its own descriptor. */
export async function whereIs({ world, setup }: Bench): Promise<string> {
  const device = (await world.bus.list()).find(({ portPath }) => portPath === setup.portPath);
  return device === undefined ? "absent" : (modeOf(device, modes) ?? "unknown");
}

/** How many times an erase reached the module since the world was made. */
export function erasesOf({ module }: Bench): number {
  return module.recorder.acts.filter((act) => act.kind === "firehose" && act.element.name === "erase").length;
}

/**
 * Holds the last words of a run to the virtual module: where it is, what it holds, what an exit code promises. And what
 * no run may ever do: touch calibration, or use the NAND as no NAND may be used.
 */
export async function expectTruth(bench: Bench, before: NandSnapshot, result: RunResult): Promise<void> {
  const now = snapshotOf(bench);
  const said = result.summary.join("\n");
  expect(now.calibration, "calibration is never written").toBe(before.calibration);
  expect(bench.module.nand.errors).toEqual([]);
  // 2 to 6 and 130 promise that this command wrote nothing.
  if ((result.exit >= 2 && result.exit <= 6) || result.exit === 130)
    expect(now.whole, said).toBe(before.whole);
  if (/nothing was written/i.test(said)) expect(now.whole, said).toBe(before.whole);
  if (result.outcome === "done") expect(bench.hasJournal, said).toBe(false);
  const ownRecord = !said.includes("[stranger-at-port]");
  if (result.outcome === "refused" && ownRecord && (await whereIs(bench)) === "normal")
    expect(bench.hasJournal, said).toBe(false);
  await expectWhere(bench, said);
  if (said.includes("with its old firmware")) {
    expect(now.whole, said).toBe(before.whole);
    expect(erasesOf(bench), said).toBe(before.erases);
  }
  if (said.includes("half-written")) {
    expect(erasesOf(bench), said).toBeGreaterThan(0);
    expect(bench.hasJournal, said).toBe(true);
  }
  if (said.includes("every item of the new firmware was acknowledged"))
    expect(holdsRelease(bench), said).toBe(true);
}

/** Place by the sentence of `describeState`: the modes of the bus it is true of. */
const PLACES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/The module is in normal mode/, ["normal"]],
  [/The module is in EDL,/, ["edl"]],
  [/The module was told to enter EDL and has not been seen since/, ["absent", "normal"]],
  [/The module was told to restart and has not come back yet/, ["absent", "edl"]],
  [/At its port path the bus shows the module neither in normal mode nor in EDL/, ["absent", "dump"]],
];

async function expectWhere(bench: Bench, said: string): Promise<void> {
  const place = await whereIs(bench);
  for (const [words, places] of PLACES) if (words.test(said)) expect(places, said).toContain(place);
}

/** After an incomplete run: recover ends it, with one power cycle where a mute programmer stands in the way. */
export async function expectRecovered(bench: Bench): Promise<void> {
  expect(bench.hasJournal).toBe(true);
  await bench.recover();
  if (bench.hasJournal) {
    bench.module.powerCycle();
    await bench.clock.sleep(20_000);
    await bench.recover();
  }
  expect(bench.hasJournal).toBe(false);
  expect(await whereIs(bench)).toBe("normal");
  expect((await bench.flash()).result.exit).toBe(0);
  expect(holdsRelease(bench)).toBe(true);
}
