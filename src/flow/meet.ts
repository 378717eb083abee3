import { asEcflashError, EcflashError } from "../core/errors.js";
import { latestOf } from "../core/sightings.js";
import { findModules, type FoundModule } from "../device/find.js";
import { PathFollower } from "../device/follow.js";
import { readModule } from "./read-module.js";
import type { FlowContext } from "./context.js";
import { afterWrite } from "./finish.js";
import { Journal } from "./journal.js";
import { PATIENCE } from "./patience.js";
import type { StageVoice } from "./run.js";
import { strangerAtPort } from "./stranger.js";

/** What `recover` does, by what it meets. */
export type Way = "finish" | "confirm" | "close" | "untouched" | "lead-out";

export const MEETING: Readonly<Record<Way, string>> = {
  finish: "in EDL, with an unfinished write: the whole plan is run again",
  confirm: "in normal mode after the write: what it runs now decides",
  close: "in normal mode, and the unfinished run had erased nothing",
  untouched: "in normal mode with the firmware from before: the erase never reached it",
  "lead-out": "in EDL, and nothing was erased by a run on record: it is led out",
};

export interface Meeting {
  readonly module: FoundModule;
  readonly journal: Journal | null;
  readonly way: Way;
}

/** Finds out which it meets. Throws `wrong-mode`, `stranger-at-port`; sends nothing but reads. */
export async function meet(
  context: FlowContext,
  found: FoundModule,
  journal: Journal | null,
  voice: StageVoice,
): Promise<Meeting> {
  const erased = journal?.entry.eraseSent === true;
  try {
    const module = erased && journal.entry.written ? await afterItsRestart(context, found, voice) : found;
    const { device, mode } = module;
    if (mode !== "edl" && mode !== "normal")
      throw new EcflashError("wrong-mode", { portPath: device.portPath, mode });
    if (mode === "edl") return { module, journal, way: erased ? "finish" : "lead-out" };
    return { module, journal, way: erased ? await wayInNormalMode(context, module, journal) : "close" };
  } catch (error) {
    throw journal === null ? error : afterWrite(error, journal);
  }
}

/**
 * After the reset a module lingers in EDL for about ten seconds (domain.md 4.2): one whose plan was written is given
 * time to leave by itself, before its silence is taken for a programmer that hangs.
 */
async function afterItsRestart(
  { bus, clock, modes, stop }: FlowContext,
  found: FoundModule,
  voice: StageVoice,
): Promise<FoundModule> {
  if (found.mode !== "edl") return found;
  const { portPath } = found.device;
  voice.wait("the restart after the write", PATIENCE.lingerMs);
  const follower = new PathFollower(bus, clock, modes, found.device);
  if ((await follower.next(PATIENCE.lingerMs, stop.signal)) === null) return found;
  voice.wait("return to normal mode", PATIENCE.returnMs);
  const back = await follower.until(
    ["normal-appeared", "edl-appeared"],
    PATIENCE.returnMs,
    () => undefined,
    stop.signal,
  );
  const here = (await findModules(bus, modes)).find(
    ({ device }) => device.deviceNumber === back?.deviceNumber,
  );
  if (back !== null && here?.device.portPath === portPath) return here;
  const state = { where: "missing", image: "new" } as const;
  throw new EcflashError("module-lost", { portPath, waitedMs: PATIENCE.returnMs }, { state });
}

/** A half-written module does not start: one that does was written whole, was never erased, or is another one. */
async function wayInNormalMode(context: FlowContext, module: FoundModule, journal: Journal): Promise<Way> {
  const { identity, written } = journal.entry;
  const state = { where: "normal", image: written ? "new" : "unknown" } as const;
  const reading = await readModule(context, module).catch((error: unknown) => {
    throw afterWrite(asEcflashError(error), journal).withState(state);
  });
  const imei = reading.imei.kind === "present" ? reading.imei.imei : null;
  // An empty IMEI is no stranger's: it may be what the write left of calibration, and confirming tells.
  if (imei !== null && identity.imei !== null && imei !== identity.imei) throw strangerAtPort(journal, imei);
  const runs = latestOf(reading.revisions)?.text ?? null;
  return !written && imei !== null && runs !== null && runs === identity.revision ? "untouched" : "confirm";
}

/** The one module that needs it: not running, or with a journal. Throws `no-module`, `module-ambiguous`. */
export async function findUnfinished(
  context: FlowContext,
  portPath: string | undefined,
  voice: StageVoice,
): Promise<FoundModule> {
  const recorded = await Journal.portPaths(context.stateDir);
  const here = await waitForModules(context, portPath, recorded, voice);
  const first = here[0];
  if (first === undefined) {
    throw new EcflashError("no-module", {
      looked: portPath === undefined ? "all ports" : `at port path ${portPath}`,
    });
  }
  const unfinished = here.filter(
    ({ device, mode }) => mode !== "normal" || recorded.includes(device.portPath),
  );
  const [only, ...others] = unfinished;
  if (only === undefined) {
    throw new EcflashError(
      "nothing-to-recover",
      { portPath: first.device.portPath },
      { state: { where: "normal", image: "unknown" } },
    );
  }
  if (others.length > 0)
    throw new EcflashError("module-ambiguous", {
      portPaths: unfinished.map(({ device }) => device.portPath),
    });
  return only;
}

/** The modules at the asked port path, or all. One with an unfinished run may still be starting or unplugged: it is waited for. */
async function waitForModules(
  { bus, modes, clock, stop }: FlowContext,
  portPath: string | undefined,
  recorded: readonly string[],
  voice: StageVoice,
): Promise<FoundModule[]> {
  const awaited = recorded.filter((path) => portPath === undefined || path === portPath);
  const end = clock.nowMs() + PATIENCE.appearMs;
  for (let tries = 0; ; tries += 1) {
    const found = await findModules(bus, modes);
    const here = found.filter(({ device }) => portPath === undefined || device.portPath === portPath);
    const missing = awaited.length > 0 && !here.some(({ device }) => awaited.includes(device.portPath));
    if (!missing || clock.nowMs() >= end) return here;
    if (tries === 0) {
      voice.wait(
        `the module of the unfinished run at ${awaited.join(", ")}; plug it in or power it on`,
        PATIENCE.appearMs,
      );
    }
    await clock.sleep(PATIENCE.appearPollMs, stop.signal);
  }
}
