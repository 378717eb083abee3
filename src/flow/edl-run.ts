import type { Endpoint, UsbDevice } from "../core/bus.js";
import { asEcflashError, EcflashError } from "../core/errors.js";
import type { ModuleState } from "../core/lifecycle.js";
import { planBytes } from "../core/plan.js";
import type { PathFollower } from "../device/follow.js";
import { builtinFlasher } from "../flasher/builtin/builtin.js";
import { FirehoseHost } from "../flasher/builtin/firehose-host.js";
import { inspect, readCalibration } from "../flasher/builtin/inspect.js";
import { SaharaHost } from "../flasher/builtin/sahara-host.js";
import type { FlashEvidence, FlashHooks } from "../flasher/flasher.js";
import { keepCalibration } from "./calibration-copy.js";
import type { FlowContext } from "./context.js";
import { type Journal, readBootId } from "./journal.js";
import { PATIENCE } from "./patience.js";
import type { PreparedPackage } from "./prepared.js";
import type { Run, StageVoice } from "./run.js";
import { lookOnce, type ModuleTracker } from "./tracker.js";

export interface EdlRun {
  readonly context: FlowContext;
  readonly run: Run;
  readonly tracker: ModuleTracker;
  readonly follower: PathFollower;
  readonly journal: Journal;
  readonly prepared: PreparedPackage;
}

/** The stages that happen while the module is in EDL, and its return. Shared by `flash` and `recover`. */
export const EDL_STAGES = [
  { id: "programmer", title: "Load the programmer (Sahara)" },
  { id: "inspect", title: "Look before writing (Inspect)" },
  { id: "write", title: "Write the plan (Firehose)" },
  { id: "restart", title: "Restart" },
] as const;

/**
 * From a module in EDL to one that is back in normal mode with the plan written. Whatever fails before the first erase
 * leads the module out again, so that it is as before; after it the journal stays for `recover`.
 */
export async function runInEdl(
  edl: EdlRun,
  device: UsbDevice,
): Promise<{ evidence: FlashEvidence; device: UsbDevice }> {
  const { context, run, tracker } = edl;
  const endpoint = await openEdl(context, device);
  const session: Session = { sahara: new SaharaHost(endpoint), firehose: null };
  let evidence: FlashEvidence;
  try {
    const firehose = await run.stage("programmer", (voice) =>
      startProgrammer(edl, session, endpoint, device, voice),
    );
    await run.stage("inspect", (voice) => look(edl, firehose, voice));
    evidence = await run.stage("write", (voice) => write(edl, firehose, voice));
    await firehose.reset();
    tracker.apply("reset-sent");
  } catch (error) {
    const failure = asEcflashError(error);
    if (edl.journal.entry.eraseSent) throw failure.withState(await afterErase(edl, failure));
    throw await leadOut(edl, session, failure);
  } finally {
    await endpoint.close();
  }
  const back = await run.stage("restart", (voice) => comeBack(edl, voice));
  return { evidence, device: back };
}

interface Session {
  readonly sahara: SaharaHost;
  firehose: FirehoseHost | null;
}

/** The bulk pair of a module in EDL; its interface's protocol byte is not the same everywhere (domain.md 3.2). */
export async function openEdl({ bus }: FlowContext, device: UsbDevice): Promise<Endpoint> {
  const bulk = device.interfaces.find(
    ({ endpoints }) => endpoints.filter(({ kind }) => kind === "bulk").length === 2,
  );
  if (bulk === undefined)
    throw new EcflashError("device-unavailable", {
      portPath: device.portPath,
      reason: "it shows no bulk endpoints",
    });
  return bus.openEndpoint(device, bulk.number);
}

async function startProgrammer(
  edl: EdlRun,
  session: Session,
  endpoint: Endpoint,
  device: UsbDevice,
  voice: StageVoice,
) {
  const { context, run, journal, prepared } = edl;
  const firehose = new FirehoseHost(endpoint, (text) => run.line("module", text));
  if (!(await session.sahara.meet())) {
    await continueWithRunning(edl, firehose, device);
    session.firehose = firehose;
    return { value: firehose, summary: "a programmer of this very run was still running" };
  }
  const serial = await session.sahara.readChipSerial();
  const known = journal.entry.chipSerial;
  if (known !== null && known !== serial)
    throw new EcflashError("stranger-in-edl", { expected: known, found: serial });
  await journal.update({
    chipSerial: serial,
    edlDeviceNumber: device.deviceNumber,
    bootId: await readBootId(),
  });
  const programmer = await prepared.readFile(prepared.plan.programmer);
  // A finished HELLO is not said twice: a resume that stopped here could only go on after a power cycle. It stops at the write.
  if (!journal.entry.eraseSent) context.stop.signal.throwIfAborted();
  await session.sahara.loadProgrammer(programmer, (done) =>
    voice.progress(done, programmer.length, "programmer"),
  );
  session.firehose = firehose;
  await firehose.greet();
  await firehose.configure();
  return { value: firehose, summary: `chip serial ${serial}, programmer running` };
}

/** No HELLO: only a programmer of the same boot, path and device number is ours to go on with; a mute one is left alone. */
async function continueWithRunning(
  { journal, follower }: EdlRun,
  firehose: FirehoseHost,
  device: UsbDevice,
): Promise<void> {
  const { bootId, edlDeviceNumber, chipSerial } = journal.entry;
  const ours =
    chipSerial !== null && bootId === (await readBootId()) && edlDeviceNumber === device.deviceNumber;
  if (!ours || !(await firehose.isListening()))
    throw new EcflashError("programmer-mute", { portPath: follower.portPath });
  await firehose.configure();
}

async function look({ context, journal, prepared }: EdlRun, firehose: FirehoseHost, voice: StageVoice) {
  if (journal.entry.eraseSent) {
    return { value: null, summary: "looked at before the first erase of this run", skipped: true };
  }
  const found = await inspect(firehose, prepared.plan, { unknownIsAllowed: prepared.unknownMapIsAllowed });
  context.stop.signal.throwIfAborted();
  if (found === null) return { value: null, summary: "the programmer does not tell; allowed on this way" };
  const copies = await readCalibration(firehose, found, (done, total) =>
    voice.progress(done, total, "calibration copy"),
  );
  const path = await keepCalibration(context, journal.entry, copies);
  context.stop.signal.throwIfAborted();
  const names = copies.map(({ name }) => name).join(", ");
  return {
    value: null,
    summary: "same geometry, calibration lies at the same place in both maps",
    details: [`${names} copied to ${path}`],
  };
}

async function write(
  { context, tracker, journal, prepared }: EdlRun,
  firehose: FirehoseHost,
  voice: StageVoice,
) {
  const { plan } = prepared;
  const totalBytes = planBytes(plan);
  const hooks: FlashHooks = {
    beforeFirstErase: async () => {
      context.stop.enterWrite((text) => voice.line("note", text));
      await journal.update({ eraseSent: true, written: false });
      tracker.apply("erase-sent");
    },
    progress: (done, label) => voice.progress(done, totalBytes, label),
    stop: context.stop.insideWrite,
  };
  let evidence: FlashEvidence;
  try {
    evidence = await builtinFlasher(firehose).flash(plan, (file) => prepared.readFile(file), hooks);
  } finally {
    context.stop.leaveWrite();
  }
  tracker.apply("plan-acknowledged");
  await journal.update({ written: true });
  const bad = evidence.items.reduce((sum, { badBlocks }) => sum + badBlocks, 0);
  const done = `${evidence.items.length} items acknowledged, SBL first erased and last programmed`;
  return { value: evidence, summary: bad === 0 ? done : `${done}; ${bad} bad blocks skipped` };
}

async function comeBack({ tracker, follower, context }: EdlRun, voice: StageVoice) {
  voice.wait("return to normal mode", PATIENCE.returnMs);
  const back = await follower.until(
    ["normal-appeared", "edl-appeared"],
    PATIENCE.returnMs,
    ({ change }) => tracker.apply(change),
    context.stop.signal,
  );
  if (back !== null && tracker.state.where === "normal")
    return { value: back, summary: `back at ${follower.portPath}` };
  if (back !== null)
    throw new EcflashError("no-bootable-firmware", { portPath: follower.portPath }, { state: tracker.state });
  tracker.apply("deadline-passed");
  throw new EcflashError(
    "module-lost",
    { portPath: follower.portPath, waitedMs: PATIENCE.returnMs },
    { state: tracker.state },
  );
}

/** After an erase nothing is sent any more; only the port path is looked at once, so that the last words are true. */
async function afterErase({ tracker, follower }: EdlRun, failure: EcflashError): Promise<ModuleState> {
  const { where, image } = await lookOnce(tracker, follower);
  // Of a stranger nothing is known but where it waits.
  return { where, image: failure.code === "stranger-in-edl" ? "unknown" : image };
}

/** Nothing was written: asks the module to restart and says truthfully whether it did. Gives the failure with the state. */
async function leadOut(
  { run, tracker, follower, journal }: EdlRun,
  { sahara, firehose }: Session,
  failure: EcflashError,
): Promise<EcflashError> {
  if (failure.code !== "programmer-mute" && failure.code !== "stranger-in-edl") {
    try {
      await (firehose === null ? sahara.reset() : firehose.reset());
      tracker.apply("reset-sent");
      await follower.until(["normal-appeared"], PATIENCE.leadOutMs, ({ change }) => tracker.apply(change));
    } catch (error) {
      // The first failure is the one to tell; where the module is follows from the port path.
      run.line("note", `leading out of EDL failed too: ${asEcflashError(error).code}`);
      await lookOnce(tracker, follower);
    }
  }
  if (tracker.state.where === "normal") await journal.close();
  return failure.withState(tracker.state);
}
