import type { UsbDevice } from "../core/bus.js";
import { asEcflashError, EcflashError, isEcflashError } from "../core/errors.js";
import type { StagePlan } from "../core/events.js";
import type { ModuleState } from "../core/lifecycle.js";
import { findModules, type FoundModule } from "../device/find.js";
import { PathFollower } from "../device/follow.js";
import { FirehoseHost } from "../flasher/builtin/firehose-host.js";
import { SaharaHost } from "../flasher/builtin/sahara-host.js";
import type { FlowContext } from "./context.js";
import { EDL_STAGES, openEdl, runInEdl } from "./edl-run.js";
import { reopenPackage } from "./fetch.js";
import { afterWrite, confirmAndConnect, type ConnectPolicy, FINISH_STAGES } from "./finish.js";
import { Journal } from "./journal.js";
import { lockModule } from "./lock.js";
import { PATIENCE } from "./patience.js";
import { Run, type RunResult } from "./run.js";
import { ModuleTracker } from "./tracker.js";

export interface RecoverOptions {
  readonly portPath?: string | undefined;
  readonly connect: ConnectPolicy;
}

const MEET: StagePlan = { id: "meet", title: "Meet the module where it is" };
const FINISH_RUN: readonly StagePlan[] = [
  MEET,
  { id: "package", title: "Reopen the package of the run" },
  ...EDL_STAGES,
  ...FINISH_STAGES,
];
const CONFIRM_ONLY: readonly StagePlan[] = [MEET, ...FINISH_STAGES];
const LEAD_OUT: readonly StagePlan[] = [MEET, { id: "restart", title: "Lead it out of EDL" }];

/**
 * Finishes the unfinished run of a module: the whole plan again when an erase was sent, a restart when none was. A
 * module in EDL without a journal is led out. Writes to no module whose chip serial is not the journal's.
 */
export async function recover(context: FlowContext, options: RecoverOptions): Promise<RunResult> {
  let free: (() => Promise<void>) | null = null;
  try {
    const module = await findUnfinished(context, options.portPath);
    free = await lockModule(context.stateDir, module.device.portPath);
    const journal = await Journal.find(context.stateDir, module.device.portPath);
    return await recoverModule(context, module, journal, options);
  } catch (error) {
    const run = new Run(context.emit, { title: "recover", virtual: context.bus.virtual, stages: [MEET] });
    return run.fail(asEcflashError(error));
  } finally {
    await free?.();
  }
}

/** The one module that needs it: not running, or with a journal. Throws `no-module`, `module-ambiguous`. */
async function findUnfinished(context: FlowContext, portPath: string | undefined): Promise<FoundModule> {
  const found = await findModules(context.bus, context.modes);
  const here = found.filter(({ device }) => portPath === undefined || device.portPath === portPath);
  const first = here[0];
  if (first === undefined)
    throw new EcflashError("no-module", {
      looked: portPath === undefined ? "all ports" : `at port path ${portPath}`,
    });
  const journals = await Promise.all(
    here.map(({ device }) => Journal.find(context.stateDir, device.portPath)),
  );
  const unfinished = here.filter(({ mode }, at) => mode !== "normal" || journals[at] !== null);
  const [only, ...others] = unfinished;
  if (only === undefined)
    throw new EcflashError(
      "nothing-to-recover",
      { portPath: first.device.portPath },
      { state: { where: "normal", image: "unknown" } },
    );
  if (others.length > 0)
    throw new EcflashError("module-ambiguous", {
      portPaths: unfinished.map(({ device }) => device.portPath),
    });
  return only;
}

async function recoverModule(
  context: FlowContext,
  { device, mode }: FoundModule,
  journal: Journal | null,
  options: RecoverOptions,
): Promise<RunResult> {
  if (mode === "edl") {
    return journal?.entry.eraseSent === true
      ? finishRun(context, device, journal, options)
      : leadOut(context, device, journal);
  }
  if (mode === "normal" && journal !== null) return confirmRun(context, device, journal, options);
  const run = new Run(context.emit, { title: "recover", virtual: context.bus.virtual, stages: [MEET] });
  return run.fail(new EcflashError("wrong-mode", { portPath: device.portPath, mode }));
}

/** The module is erased or half-written: the whole plan again, however old the index is by now. */
async function finishRun(
  context: FlowContext,
  device: UsbDevice,
  journal: Journal,
  options: RecoverOptions,
): Promise<RunResult> {
  const run = new Run(context.emit, { title: "recover", virtual: context.bus.virtual, stages: FINISH_RUN });
  const { tracker, follower } = follow(context, run, device, { where: "edl", image: "partial" });
  const { entry } = journal;
  try {
    await run.stage("meet", async () => ({
      value: null,
      summary: `in EDL, with the unfinished run of ${entry.startedAt} to ${entry.release}`,
    }));
    const prepared = await run.stage("package", async () => {
      const value = await reopenPackage(context, { ...entry, hardwareCode: entry.declared.hardwareCode });
      return { value, summary: `${value.release}: plan proven again` };
    });
    const { device: back } = await runInEdl({ context, run, tracker, follower, journal, prepared }, device);
    return await confirmAndConnect({
      context,
      run,
      tracker,
      journal,
      device: back,
      connect: options.connect,
    });
  } catch (error) {
    const failure = afterWrite(error, journal);
    // Of a stranger nothing is known but that it waits in EDL.
    const state = isEcflashError(failure, "stranger-in-edl")
      ? ({ where: "edl", image: "unknown" } as const)
      : tracker.state;
    return run.fail(failure.withState(state));
  }
}

/** The module came back by itself: what it runs now decides. */
async function confirmRun(
  context: FlowContext,
  device: UsbDevice,
  journal: Journal,
  options: RecoverOptions,
): Promise<RunResult> {
  const stages = journal.entry.eraseSent ? CONFIRM_ONLY : [MEET];
  const run = new Run(context.emit, { title: "recover", virtual: context.bus.virtual, stages });
  const { tracker } = follow(context, run, device, {
    where: "normal",
    image: journal.entry.eraseSent ? "unknown" : "old",
  });
  try {
    const summary = journal.entry.eraseSent
      ? "in normal mode after the write"
      : "in normal mode; the run had erased nothing";
    await run.stage("meet", async () => ({ value: null, summary }));
    if (journal.entry.eraseSent)
      return await confirmAndConnect({ context, run, tracker, journal, device, connect: options.connect });
    await journal.close();
    return run.end("nothing-to-do", [
      "Nothing was written by the unfinished run; the module is as before. Its record is closed.",
    ]);
  } catch (error) {
    return run.fail(asEcflashError(error).withState(tracker.state));
  }
}

/** Nothing was erased, as far as the journal or its absence tells: the way out is a restart, never a write. */
async function leadOut(context: FlowContext, device: UsbDevice, journal: Journal | null): Promise<RunResult> {
  const run = new Run(context.emit, { title: "recover", virtual: context.bus.virtual, stages: LEAD_OUT });
  const image = journal === null ? "unknown" : "old";
  const { tracker, follower } = follow(context, run, device, { where: "edl", image });
  try {
    await run.stage("meet", async () => ({
      value: null,
      summary:
        journal === null
          ? "in EDL, and no run of ecflash is recorded for it"
          : "in EDL; the recorded run had erased nothing",
    }));
    await run.stage("restart", async (voice) => {
      await askToRestart(context, run, device, tracker);
      voice.wait("return to normal mode", PATIENCE.leadOutMs);
      const back = await follower.until(
        ["normal-appeared", "edl-appeared"],
        PATIENCE.leadOutMs,
        ({ change }) => tracker.apply(change),
        context.stop.signal,
      );
      if (back === null) tracker.apply("deadline-passed");
      if (tracker.state.where === "normal") return { value: null, summary: "back in normal mode" };
      throw new EcflashError("no-bootable-firmware", { portPath: device.portPath }, { state: tracker.state });
    });
    await journal?.close();
    return run.end("done", [
      "The module is back in normal mode; nothing was written. `ecflash check` tells what it is.",
    ]);
  } catch (error) {
    return run.fail(asEcflashError(error).withState(tracker.state));
  }
}

async function askToRestart(
  context: FlowContext,
  run: Run,
  device: UsbDevice,
  tracker: ModuleTracker,
): Promise<void> {
  const endpoint = await openEdl(context, device);
  try {
    const sahara = new SaharaHost(endpoint);
    if (await sahara.meet()) await sahara.reset();
    else {
      const firehose = new FirehoseHost(endpoint, (text) =>
        context.emit({ type: "line", stage: run.stageNow, from: "module", text }),
      );
      if (!(await firehose.isListening()))
        throw new EcflashError("programmer-mute", { portPath: device.portPath });
      await firehose.reset();
    }
    tracker.apply("reset-sent");
  } finally {
    await endpoint.close();
  }
}

function follow(context: FlowContext, run: Run, device: UsbDevice, state: ModuleState) {
  const tracker = new ModuleTracker(context.emit, run, device.portPath, state);
  return { tracker, follower: new PathFollower(context.bus, context.clock, context.modes, device) };
}
