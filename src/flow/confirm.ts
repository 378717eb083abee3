import { AFTER_FLASH, READS } from "../core/at-commands.js";
import type { UsbDevice } from "../core/bus.js";
import { EcflashError, isEcflashError } from "../core/errors.js";
import { maskDigits } from "../core/mask.js";
import type { ImeiReading } from "../core/reading.js";
import { functionalityOf } from "../protocol/at/values.js";
import type { AtSession } from "../device/at-session.js";
import { readImei, readReleaseWhenReady } from "../device/identify.js";
import { AT_DEADLINES, openAt } from "../device/open-at.js";
import type { FlowContext } from "./context.js";
import { heldOff } from "./held-off.js";
import { PATIENCE } from "./patience.js";
import type { StageEnd, StageVoice } from "./run.js";
import type { ModuleTracker } from "./tracker.js";

export interface Expected {
  readonly release: string;
  /** Null when it could not be read before; then nothing is compared. */
  readonly imei: string | null;
}

/**
 * Believes the module only: the revision, asked until two answers agree, equals the release; the IMEI is the one from
 * before; CFUN is 1. Gives what the IMEI said. Throws `revision-not-confirmed`, `identity-changed`, `calibration-lost`, `radio-offline`.
 */
export async function confirm(
  context: FlowContext,
  tracker: ModuleTracker,
  device: UsbDevice,
  expected: Expected,
  voice: StageVoice,
): Promise<StageEnd<string>> {
  voice.wait("AT after the restart", PATIENCE.atMs);
  const { session, end } = await openAfterRestart(context, device, voice);
  try {
    const found = await stableRevision(context, session);
    tracker.apply(found === expected.release ? "revision-confirmed" : "revision-differs");
    if (found !== expected.release) {
      throw new EcflashError(
        "revision-not-confirmed",
        { expected: expected.release, found: found ?? "nothing" },
        { state: tracker.state },
      );
    }
    const imei = await readImei(session);
    const cfun = await bringOnline(session);
    compareIdentity(expected, imei, cfun.value, tracker);
    if (cfun.value !== 1) {
      throw new EcflashError(
        "radio-offline",
        { cfun: cfun.value ?? -1, answer: cfun.answer },
        { state: tracker.state },
      );
    }
    const compared = expected.imei !== null && imei.kind === "present";
    const value = compared ? "IMEI unchanged" : "IMEI not compared";
    return { value, summary: `${found}, ${value}, CFUN 1` };
  } finally {
    await session.close();
    await end();
  }
}

/**
 * Right after a return other programs probe the ports too, so a held one is asked again. Where nothing was held off
 * before, as for a module that was in EDL, a modem manager may have been the quicker one.
 */
async function openAfterRestart(
  { bus, clock, facts, stop }: FlowContext,
  device: UsbDevice,
  voice: StageVoice,
): Promise<{ session: AtSession; end: () => Promise<void> }> {
  const identifying = { bus, clock, facts, signal: stop.signal };
  try {
    const session = await openAt(identifying, device, { silentMs: PATIENCE.atMs, heldMs: 0 });
    return { session, end: async () => undefined };
  } catch (error) {
    if (!isEcflashError(error, "port-held", "port-unavailable")) throw error;
  }
  const end = await heldOff(bus, device, voice);
  try {
    const patience = { silentMs: PATIENCE.atMs, heldMs: PATIENCE.atMs };
    return { session: await openAt(identifying, device, patience), end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function stableRevision(
  { bus, clock, facts, stop }: FlowContext,
  session: AtSession,
): Promise<string | null> {
  let before: string | null = null;
  for (let reads = 0; reads < PATIENCE.revisionReads; reads += 1) {
    if (reads > 0) await clock.sleep(PATIENCE.settleMs, stop.signal);
    const now = await readReleaseWhenReady({ bus, clock, facts, signal: stop.signal }, session);
    if (now !== null && now === before) return now;
    before = now;
  }
  return null;
}

/** CFUN as it is; one try to go online when the module is up but not on the air. CFUN 5 is left alone. */
async function bringOnline(session: AtSession): Promise<{ value: number | null; answer: string }> {
  const read = async () => functionalityOf(await session.ask(READS.functionality, AT_DEADLINES.answerMs));
  const value = await read();
  if (value === 1 || value === 5 || value === null) return { value, answer: "not asked" };
  const answer = await session.ask(AFTER_FLASH.online, PATIENCE.onlineMs);
  if (answer.status === "error")
    return { value, answer: answer.cme === null ? "ERROR" : `CME ERROR ${answer.cme}` };
  return { value: await read(), answer: "OK" };
}

function compareIdentity(
  expected: Expected,
  imei: ImeiReading,
  cfun: number | null,
  tracker: ModuleTracker,
): void {
  const signs: string[] = [];
  if (cfun === 5) signs.push("CFUN is 5 (factory test mode)");
  if (imei.kind === "empty" && expected.imei !== null)
    signs.push(`the IMEI is empty in ${imei.reads} reads and was there before`);
  if (signs.length > 0) throw new EcflashError("calibration-lost", { signs }, { state: tracker.state });
  if (imei.kind === "present" && expected.imei !== null && imei.imei !== expected.imei) {
    const facts = { before: maskDigits(expected.imei), after: maskDigits(imei.imei) };
    throw new EcflashError("identity-changed", facts, { state: tracker.state });
  }
}
