import type { Declaration } from "../core/declaration.js";
import { asEcflashError, EcflashError } from "../core/errors.js";
import type { StagePlan } from "../core/events.js";
import { planBytes } from "../core/plan.js";
import { describeJudgement } from "../core/verdict-words.js";
import { type Judgement, judge } from "../core/verdict.js";
import { EDL_DEADLINES, type EnterEdlContext, enterEdl } from "../device/enter-edl.js";
import { findOne, type FoundModule, isVirtual } from "../device/find.js";
import { PathFollower } from "../device/follow.js";
import { dmInterface } from "../device/ports.js";
import { readModule } from "./read-module.js";
import { mayBeFlashed } from "./may-be-flashed.js";
import { afterWrite, confirmAndConnect, type ConnectPolicy, FINISH_STAGES } from "./finish.js";
import type { FlowContext } from "./context.js";
import type { Fleet } from "./fleet.js";
import { heldOff } from "./held-off.js";
import { EDL_STAGES, type EdlRun, runInEdl } from "./edl-run.js";
import { fetchPackage, type IndexSettings } from "./fetch.js";
import { Journal, type JournalEntry, readBootId } from "./journal.js";
import { strangerAtPort } from "./stranger.js";
import { askingOf, orderOptionOf } from "./target.js";
import { lockModule } from "./lock.js";
import type { PreparedPackage } from "./prepared.js";
import { Run, type RunResult } from "./run.js";
import { lookOnce, ModuleTracker } from "./tracker.js";

export interface FlashOptions {
  readonly declarations: readonly Declaration[];
  /** Its row of the module's IMEI or serial declares besides. */
  readonly fleet?: Fleet | undefined;
  readonly portPath?: string | undefined;
  readonly release?: string | undefined;
  readonly index: IndexSettings | null;
  readonly connect: ConnectPolicy;
}

export const FLASH_STAGES: readonly StagePlan[] = [
  { id: "check", title: "Check what the module is" },
  { id: "fetch", title: "Fetch and prove the package" },
  { id: "preflight", title: "Preflight and journal" },
  { id: "enter-edl", title: "Enter EDL" },
  ...EDL_STAGES,
  ...FINISH_STAGES,
];

/**
 * The whole job on one module: check, fetch, flash, confirm, connect. Idempotent: on `match` it does nothing. Every
 * failure comes back as a result with its exit and, where it is known, how the module is.
 */
export async function flash(context: FlowContext, options: FlashOptions): Promise<RunResult> {
  const begin = (virtual: boolean) =>
    new Run(context.emit, { title: "flash", virtual, stages: FLASH_STAGES });
  const ends: (() => Promise<void>)[] = [];
  let run: Run | null = null;
  try {
    const module = await findOne(context.bus, context.modes, options.portPath);
    run = begin(isVirtual(context.bus, module.device));
    ends.push(await lockModule(context.stateDir, module.device.portPath));
    return await flashModule(context, options, run, module, ends);
  } catch (error) {
    return (run ?? begin(context.bus.virtual)).fail(asEcflashError(error));
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function flashModule(
  context: FlowContext,
  options: FlashOptions,
  run: Run,
  module: FoundModule,
  ends: (() => Promise<void>)[],
): Promise<RunResult> {
  const { portPath } = module.device;
  const tracker = new ModuleTracker(context.emit, run, portPath, { where: "normal", image: "old" });
  const follower = new PathFollower(context.bus, context.clock, context.modes, module.device);
  const { judgement, target, declarations } = await check(context, options, run, module, ends).catch(
    async (error: unknown) => {
      const failure = asEcflashError(error);
      // Nothing was sent but reads; where it is now is seen at its port path.
      throw module.mode === "normal" ? failure.withState(await lookOnce(tracker, follower)) : failure;
    },
  );
  if (target === null) {
    run.skipRest("nothing to do");
    return run.end("nothing-to-do", [
      `${judgement.claimed?.text ?? "The firmware"} belongs to this module; nothing was written.`,
    ]);
  }
  const prepared = await run.stage("fetch", async (voice) => {
    const found = await fetchPackage(
      context,
      {
        index: options.index,
        hardwareCode: target,
        orderOption: orderOptionOf(declarations),
        release: options.release ?? null,
        from: judgement.claimed,
        asking: askingOf(declarations, judgement),
        virtual: isVirtual(context.bus, module.device),
      },
      voice,
    );
    const size = `${found.plan.steps.length} items, ${planBytes(found.plan)} bytes`;
    return {
      value: found,
      summary: `${found.release}: signature, length, SHA-256 and plan proven (${size})`,
      details: found.notes,
    };
  });
  const { device, journal } = await goToEdl({ context, run, tracker, follower }, module, judgement, prepared);
  try {
    const { device: back } = await runInEdl({ context, run, tracker, follower, journal, prepared }, device);
    return await confirmAndConnect({
      context,
      run,
      tracker,
      follower,
      journal,
      device: back,
      connect: options.connect,
    });
  } catch (error) {
    throw afterWrite(error, journal).withState(tracker.state);
  }
}

async function check(
  context: FlowContext,
  options: FlashOptions,
  run: Run,
  module: FoundModule,
  ends: (() => Promise<void>)[],
) {
  return run.stage("check", async (voice) => {
    ends.push(await heldOff(context.bus, module.device, voice));
    const reading = await readModule(context, module);
    const declarations = [...options.declarations, ...(options.fleet?.declared(reading) ?? [])];
    const judgement = judge(reading, context.facts, { declarations });
    const target = mayBeFlashed(context, judgement, { ...options, declarations });
    return {
      value: { judgement, target, declarations },
      summary: describeJudgement(judgement),
      details: judgement.evidence.map(({ says }) => says),
    };
  });
}

async function goToEdl(
  { context, run, tracker, follower }: Pick<EdlRun, "context" | "run" | "tracker" | "follower">,
  { device }: FoundModule,
  judgement: Judgement,
  prepared: PreparedPackage,
) {
  const journal = await run.stage("preflight", async () => {
    if (dmInterface(device) === null)
      throw new EcflashError(
        "port-missing",
        { role: "DM", portPath: device.portPath },
        { state: tracker.state },
      );
    context.stop.signal.throwIfAborted();
    await refuseOverRecord(context.stateDir, device.portPath, identityOf(judgement));
    const begun = await Journal.begin(context.stateDir, {
      portPath: device.portPath,
      startedAt: context.now().toISOString(),
      bootId: await readBootId(),
      identity: identityOf(judgement),
      declared: {
        hardwareCode: prepared.hardwareCode,
        text: judgement.declared?.text ?? prepared.hardwareCode,
      },
      release: prepared.release,
      archiveSha256: prepared.archiveSha256,
      planHash: prepared.planHash,
      chipSerial: null,
      edlDeviceNumber: null,
      eraseSent: false,
      written: false,
    });
    return { value: begun, summary: `DM port present, journal kept for ${device.portPath}` };
  });
  try {
    const edl = await run.stage("enter-edl", async (voice) => {
      const way: EnterEdlContext = {
        // No signal: once the frame is out, the shortest safe way back leads through EDL, where the next look at it ends the run.
        ...context,
        changed: (change) => tracker.apply(change),
      };
      context.stop.signal.throwIfAborted();
      voice.wait("05c6:9008 at the same port path", EDL_DEADLINES.appearMs);
      const entered = await enterEdl(way, follower);
      return { value: entered, summary: `05c6:9008 at ${device.portPath}` };
    });
    return { device: edl, journal };
  } catch (error) {
    const state = await lookOnce(tracker, follower);
    if (state.where === "normal") await journal.close();
    throw asEcflashError(error).withState(state);
  }
}

/** The record of a module that was erased is the only way to finish it: a run on another one never writes over it. */
async function refuseOverRecord(
  stateDir: string,
  portPath: string,
  { imei }: JournalEntry["identity"],
): Promise<void> {
  const earlier = await Journal.find(stateDir, portPath);
  if (earlier?.entry.eraseSent !== true) return;
  if (imei === null || imei !== earlier.entry.identity.imei) throw strangerAtPort(earlier, imei);
}

function identityOf({ reading }: Judgement) {
  const imei = reading.imei.kind === "present" ? reading.imei.imei : null;
  return { imei, serial: reading.serial, revision: reading.revisions.at(-1)?.text ?? null };
}
