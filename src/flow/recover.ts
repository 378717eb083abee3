import type { UsbDevice } from "../core/bus.js";
import { asEcflashError, EcflashError } from "../core/errors.js";
import type { StagePlan } from "../core/events.js";
import type { ModuleState } from "../core/lifecycle.js";
import { PathFollower, type SeenChange } from "../device/follow.js";
import { FirehoseHost } from "../flasher/builtin/firehose-host.js";
import { SaharaHost } from "../flasher/builtin/sahara-host.js";
import type { IndexSettings } from "../package/index/load.js";
import type { FlowContext } from "./context.js";
import { heldOff } from "./held-off.js";
import { EDL_STAGES, openEdl, runInEdl } from "./edl-run.js";
import { reopenPackage } from "./reopen-package.js";
import { afterWrite, confirmAndConnect, type ConnectPolicy, FINISH_STAGES } from "./finish.js";
import { Journal } from "./journal.js";
import { lockModule } from "./lock.js";
import { findUnfinished, meet, MEETING, type Way } from "./meet.js";
import { PATIENCE } from "./patience.js";
import { Run, type RunResult, type StageVoice } from "./run.js";
import { ModuleTracker } from "./tracker.js";

export interface RecoverOptions {
  readonly portPath?: string | undefined;
  /** Where the package is to be had should the cache have lost it. */
  readonly index: IndexSettings | null;
  readonly connect: ConnectPolicy;
}

const RECOVER_STAGES: readonly StagePlan[] = [
  { id: "meet", title: "Meet the module where it is" },
  { id: "package", title: "Reopen the package of the run" },
  ...EDL_STAGES,
  ...FINISH_STAGES,
];

/**
 * Finishes the unfinished run of a module: the whole plan again when an erase was sent, a restart when none was. A
 * module in EDL without a journal is led out. Writes to no module whose chip serial is not the journal's.
 */
export async function recover(context: FlowContext, options: RecoverOptions): Promise<RunResult> {
  const run = new Run(context.emit, {
    title: "recover",
    virtual: context.bus.virtual,
    stages: RECOVER_STAGES,
  });
  const ends: (() => Promise<void>)[] = [];
  try {
    const { module, journal, way } = await run.stage("meet", async (voice) => {
      const found = await findUnfinished(context, options.portPath, voice);
      ends.push(await lockModule(context.stateDir, found.device.portPath));
      ends.push(await heldOff(context.bus, found.device, voice));
      const recorded = await Journal.find(context.stateDir, found.device.portPath);
      const value = await meet(context, found, recorded, voice);
      return { value, summary: MEETING[value.way] };
    });
    const { connect, index } = options;
    return await WAYS[way]({ context, run, device: module.device, journal, connect, index });
  } catch (error) {
    return run.fail(asEcflashError(error));
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

interface Recovery {
  readonly context: FlowContext;
  readonly run: Run;
  readonly device: UsbDevice;
  readonly journal: Journal | null;
  readonly connect: ConnectPolicy;
  readonly index: IndexSettings | null;
}

const WAYS: Readonly<Record<Way, (recovery: Recovery) => Promise<RunResult>>> = {
  finish: finishRun,
  confirm: confirmRun,
  close: closeRun,
  untouched: closeRun,
  "lead-out": leadOut,
};

/** The module is erased or half-written: the whole plan again, however old the index is by now. */
async function finishRun({ context, run, device, journal, connect, index }: Recovery): Promise<RunResult> {
  if (journal === null) throw new EcflashError("nothing-to-recover", { portPath: device.portPath });
  const { entry } = journal;
  const image = entry.written ? "new" : "partial";
  const { tracker, follower } = follow(context, run, device, { where: "edl", image });
  try {
    const prepared = await run.stage("package", async (voice) => {
      const value = await reopenPackage(context, entry, index, voice);
      return { value, summary: `${value.release}, begun ${entry.startedAt}: plan proven again` };
    });
    const { device: back } = await runInEdl({ context, run, tracker, follower, journal, prepared }, device);
    return await confirmAndConnect({ context, run, tracker, follower, journal, device: back, connect });
  } catch (error) {
    throw afterWrite(error, journal).withState(tracker.state);
  }
}

/** The module came back by itself after the write: what it runs now decides. */
async function confirmRun({ context, run, device, journal, connect }: Recovery): Promise<RunResult> {
  if (journal === null) throw new EcflashError("nothing-to-recover", { portPath: device.portPath });
  const image = journal.entry.written ? "new" : "unknown";
  const { tracker, follower } = follow(context, run, device, { where: "normal", image });
  run.skipRest("not needed: the module is back", "confirm");
  try {
    return await confirmAndConnect({ context, run, tracker, follower, journal, device, connect });
  } catch (error) {
    throw afterWrite(error, journal).withState(tracker.state);
  }
}

/** In normal mode, and what the run was begun on: no erase was sent, or none arrived. */
async function closeRun({ run, journal }: Recovery): Promise<RunResult> {
  await journal?.close();
  run.skipRest("not needed: nothing was written");
  const runs = journal?.entry.identity.revision ?? "its own firmware";
  return run.end("nothing-to-do", [
    `Nothing was written by the unfinished run; the module holds ${runs} as before. Its record is closed.`,
  ]);
}

/** Nothing was erased, as far as the journal or its absence tells: the way out is a restart, never a write. */
async function leadOut({ context, run, device, journal }: Recovery): Promise<RunResult> {
  const { tracker, follower } = follow(context, run, device, {
    where: "edl",
    image: journal === null ? "unknown" : "old",
  });
  run.skipRest("not needed: nothing is written", "restart");
  try {
    await run.stage("restart", async (voice) => {
      await askToRestart(context, device, voice);
      tracker.apply("reset-sent");
      voice.wait("return to normal mode", PATIENCE.leadOutMs);
      const seen = ({ change }: SeenChange) => tracker.apply(change);
      const back = await follower.until(
        ["normal-appeared", "edl-appeared"],
        PATIENCE.leadOutMs,
        seen,
        context.stop.signal,
      );
      if (back === null) {
        tracker.apply("deadline-passed");
        throw new EcflashError("module-lost", { portPath: device.portPath, waitedMs: PATIENCE.leadOutMs });
      }
      if (tracker.state.where !== "normal") {
        const state: ModuleState = { where: tracker.state.where, image: "unknown" };
        throw new EcflashError("no-bootable-firmware", { portPath: device.portPath }, { state });
      }
      return { value: null, summary: "back in normal mode" };
    });
  } catch (error) {
    throw asEcflashError(error).withState(tracker.state);
  }
  await journal?.close();
  run.skipRest("not needed: nothing was written");
  return run.end("done", [
    "The module is back in normal mode; nothing was written. `ecflash check` tells what it is.",
  ]);
}

async function askToRestart(context: FlowContext, device: UsbDevice, voice: StageVoice): Promise<void> {
  const endpoint = await openEdl(context, device);
  try {
    const sahara = new SaharaHost(endpoint);
    if (await sahara.meet()) {
      await sahara.reset();
      return;
    }
    const firehose = new FirehoseHost(endpoint, (text) => voice.line("module", text));
    if (!(await firehose.isListening()))
      throw new EcflashError("programmer-mute", { portPath: device.portPath });
    await firehose.reset();
  } finally {
    await endpoint.close();
  }
}

function follow(context: FlowContext, run: Run, device: UsbDevice, state: ModuleState) {
  const tracker = new ModuleTracker(context.emit, run, device.portPath, state);
  return { tracker, follower: new PathFollower(context.bus, context.clock, context.modes, device) };
}
