import { type AtCommand, READS } from "../core/at-commands.js";
import type { UsbDevice } from "../core/bus.js";
import { isEcflashError } from "../core/errors.js";
import {
  type ImeiReading,
  type ModuleMode,
  type ModuleReading,
  type RevisionSighting,
  UNREAD,
} from "../core/reading.js";
import { parseRevision } from "../core/revision.js";
import type { AtAnswer } from "../protocol/at/answer.js";
import * as at from "../protocol/at/values.js";
import type { AtSession } from "./at-session.js";
import { readBeside } from "./beside.js";
import { isVirtual } from "./find.js";
import { AT_DEADLINES, type IdentifyContext, openAt } from "./open-at.js";

/** Lost calibration shows as an IMEI that stays empty; one empty answer may be a hiccup (design.md, Verdict). */
const IMEI_READS = 3;

/** Everything `check` reads of a module in normal mode; of one in another mode, only the mode. Sends reads alone. */
export async function identify(
  context: IdentifyContext,
  device: UsbDevice,
  mode: ModuleMode,
): Promise<ModuleReading> {
  const base = { ...UNREAD, source: device.portPath, virtual: isVirtual(context.bus, device), mode };
  if (mode !== "normal") return base;
  let session: AtSession | null;
  try {
    session = await openAtOrSilent(context, device);
  } catch (error) {
    const { witnesses = [], signal } = context;
    if (witnesses.length === 0 || !isEcflashError(error, "port-held")) throw error;
    return { ...base, ...(await readBeside(witnesses, device, error, signal)) };
  }
  if (session === null) return base;
  try {
    return { ...base, ...(await readAll(context, session)) };
  } finally {
    await session.close();
  }
}

/** A module that says nothing has made no claim; that is a reading, not a failure. A port nobody can open is one. */
async function openAtOrSilent(context: IdentifyContext, device: UsbDevice): Promise<AtSession | null> {
  try {
    return await openAt(context, device, context.patience);
  } catch (error) {
    if (isEcflashError(error, "at-silent")) return null;
    throw error;
  }
}

async function readAll(
  context: IdentifyContext,
  session: AtSession,
): Promise<Omit<ModuleReading, "source" | "virtual" | "mode">> {
  const ask = (command: AtCommand) => askOrNull(session, command);
  const named = await ask(READS.identify);
  const who = named === null ? null : at.identityOf(named);
  const revisions = await readRevisions(context, session, who?.revision ?? null);
  const cfun = read(await ask(READS.functionality), at.functionalityOf);
  const lte = read(await ask(READS.registrationLte), (answer) => at.registrationOf(answer, "+CEREG"));
  const gsm = read(await ask(READS.registration), (answer) => at.registrationOf(answer, "+CREG"));
  const registered = [lte, gsm].find((state) => state === "home" || state === "roaming");
  return {
    ...UNREAD,
    maker: who?.maker ?? null,
    modelText: who?.model ?? null,
    revisions,
    cfun,
    cfunHistory: cfun === null ? [] : [cfun],
    band: read(await ask(READS.band), at.bandOf),
    registration: registered ?? gsm ?? lte,
    operator: read(await ask(READS.operator), at.operatorOf),
    imei: await readImei(session),
    serial: read(await ask(READS.serial), at.serialOf),
    sim: read(await ask(READS.sim), at.simOf),
    usbnet: read(await ask(READS.usbnet), at.usbnetOf),
  };
}

function read<T>(answer: AtAnswer | null, parse: (answer: AtAnswer) => T | null): T | null {
  return answer === null ? null : parse(answer);
}

/** A command the module leaves unanswered is "not read"; the port going away is a failure. */
async function askOrNull(session: AtSession, command: AtCommand): Promise<AtAnswer | null> {
  try {
    return await session.ask(command, AT_DEADLINES.answerMs);
  } catch (error) {
    if (isEcflashError(error, "at-silent")) return null;
    throw error;
  }
}

/** The long form, asked until the application processor is up; the short one where `AT+QGMR` is unknown (old EC20). */
async function readRevisions(
  context: IdentifyContext,
  session: AtSession,
  fromAti: string | null,
): Promise<RevisionSighting[]> {
  const short: RevisionSighting[] = fromAti === null ? [] : [{ text: fromAti, from: READS.identify }];
  const long = await readReleaseWhenReady(context, session);
  if (long !== null) return [...short, { text: long, from: READS.revisionLong }];
  const answer = await askOrNull(session, READS.revisionShort);
  const text = answer?.status === "ok" ? at.revisionOf(answer) : null;
  return text === null ? short : [...short, { text, from: READS.revisionShort }];
}

/** `AT+QGMR`, repeated while its second half is still zero. Null when the module does not know the command. */
export async function readReleaseWhenReady(
  context: IdentifyContext,
  session: AtSession,
): Promise<string | null> {
  let text: string | null = null;
  for (let tries = 0; tries < AT_DEADLINES.readyTries; tries += 1) {
    if (tries > 0) await context.clock.sleep(AT_DEADLINES.readyPauseMs, context.signal);
    const answer = await askOrNull(session, READS.revisionLong);
    text = answer?.status === "ok" ? at.revisionOf(answer) : null;
    if (text === null || parseRevision(text, context.facts).kind !== "not-ready") return text;
  }
  return text;
}

/** The IMEI, asked again while it comes back empty. */
export async function readImei(session: AtSession): Promise<ImeiReading> {
  let reads = 0;
  while (reads < IMEI_READS) {
    const answer = await askOrNull(session, READS.imei);
    const imei: ImeiReading = answer === null ? { kind: "unread" } : at.imeiOf(answer);
    if (imei.kind !== "empty") return imei;
    reads += 1;
  }
  return { kind: "empty", reads };
}
