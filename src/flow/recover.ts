import type { UsbDevice } from "../core/bus.js";
import { asEcflashError, EcflashError, isEcflashError } from "../core/errors.js";
import type { StagePlan } from "../core/events.js";
import type { ModuleState } from "../core/lifecycle.js";
import { findModules, type FoundModule } from "../device/find.js";
import { PathFollower, type SeenChange } from "../device/follow.js";
import { FirehoseHost } from "../flasher/builtin/firehose-host.js";
import { SaharaHost } from "../flasher/builtin/sahara-host.js";
import type { FlowContext } from "./context.js";
import { EDL_STAGES, openEdl, runInEdl } from "./edl-run.js";
import { reopenPackage } from "./fetch.js";
import { afterWrite, confirmAndConnect, type ConnectPolicy, FINISH_STAGES } from "./finish.js";
import { Journal } from "./journal.js";
import { lockModule } from "./lock.js";
import { PATIENCE } from "./patience.js";
import { Run, type RunResult, type StageVoice } from "./run.js";
import { ModuleTracker } from "./tracker.js";

export interface RecoverOptions {
  readonly portPath?: string | undefined;
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
  let free: (() => Promise<void>) | null = null;
  try {
    const { module, journal, way } = await run.stage("meet", async (voice) => {
      const found = await findUnfinished(context, options.portPath, voice);
      free = await lockModule(context.stateDir, found.device.portPath);
      const recorded = await Journal.find(context.stateDir, found.device.portPath);
      const next = wayOf(found, recorded);
      return { value: { module: found, journal: recorded, way: next }, summary: MEETING[next] };
    });
    return await WAYS[way]({ context, run, device: module.device, journal, connect: options.connect });
  } catch (error) {
    return run.fail(asEcflashError(error));
  } finally {
    await (free as (() => Promise<void>) | null)?.();
  }
}

type Way = "finish" | "confirm" | "close" | "lead-out";

interface Recovery {
  readonly context: FlowContext;
  readonly run: Run;
  readonly device: UsbDevice;
  readonly journal: Journal | null;
  readonly connect: ConnectPolicy;
}

const MEETING: Readonly<Record<Way, string>> = {
  finish: "in EDL, with an unfinished write: the whole plan is run again",
  confirm: "in normal mode after the write: what it runs now decides",
  close: "in normal mode, and the unfinished run had erased nothing",
  "lead-out": "in EDL, and nothing was erased by a run on record: it is led out",
};

function wayOf({ device, mode }: FoundModule, journal: Journal | null): Way {
  const erased = journal?.entry.eraseSent === true;
  if (mode === "edl") return erased ? "finish" : "lead-out";
  if (mode === "normal") return erased ? "confirm" : "close";
  throw new EcflashError("wrong-mode", { portPath: device.portPath, mode });
}

const WAYS: Readonly<Record<Way, (recovery: Recovery) => Promise<RunResult>>> = {
  finish: finishRun,
  confirm: confirmRun,
  close: closeRun,
  "lead-out": leadOut,
};

/** The one module that needs it: not running, or with a journal. Throws `no-module`, `module-ambiguous`. */
async function findUnfinished(
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

/** The module is erased or half-written: the whole plan again, however old the index is by now. */
async function finishRun({ context, run, device, journal, connect }: Recovery): Promise<RunResult> {
  if (journal === null) throw new EcflashError("nothing-to-recover", { portPath: device.portPath });
  const { entry } = journal;
  const { tracker, follower } = follow(context, run, device, { where: "edl", image: "partial" });
  try {
    const prepared = await run.stage("package", async () => {
      const value = await reopenPackage(context, { ...entry, hardwareCode: entry.declared.hardwareCode });
      return { value, summary: `${value.release}, begun ${entry.startedAt}: plan proven again` };
    });
    const { device: back } = await runInEdl({ context, run, tracker, follower, journal, prepared }, device);
    return await confirmAndConnect({ context, run, tracker, journal, device: back, connect });
  } catch (error) {
    const failure = afterWrite(error, journal);
    // Of a stranger nothing is known but that it waits in EDL.
    const state: ModuleState = isEcflashError(failure, "stranger-in-edl")
      ? { where: "edl", image: "unknown" }
      : tracker.state;
    throw failure.withState(state);
  }
}

/** The module came back by itself after the write: what it runs now decides. */
async function confirmRun({ context, run, device, journal, connect }: Recovery): Promise<RunResult> {
  if (journal === null) throw new EcflashError("nothing-to-recover", { portPath: device.portPath });
  const { tracker } = follow(context, run, device, { where: "normal", image: "unknown" });
  run.skipRest("not needed: the module is back", "confirm");
  return confirmAndConnect({ context, run, tracker, journal, device, connect });
}

async function closeRun({ run, journal }: Recovery): Promise<RunResult> {
  await journal?.close();
  run.skipRest("not needed: nothing was written");
  return run.end("nothing-to-do", [
    "Nothing was written by the unfinished run; the module is as before. Its record is closed.",
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
      if (back === null) tracker.apply("deadline-passed");
      if (tracker.state.where !== "normal")
        throw new EcflashError("no-bootable-firmware", { portPath: device.portPath });
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
