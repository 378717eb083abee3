import { type AtCommand, READS } from "../core/at-commands.js";
import type { Clock, ModuleBus, UsbDevice } from "../core/bus.js";
import { EcflashError, isEcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
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
import { AtSession } from "./at-session.js";
import { isVirtual } from "./find.js";
import { atInterfaces } from "./ports.js";

export interface IdentifyContext {
  readonly bus: ModuleBus;
  readonly clock: Clock;
  readonly facts: Facts;
  readonly signal?: AbortSignal | undefined;
}

export const AT_DEADLINES = {
  /** One answer. Reads come at once; `AT+COPS?` may take a few seconds while the module searches. */
  answerMs: 5_000,
  /** A port that answers no `AT` in this time is not an AT port, or the module still boots (`RDY` after 9.7 s, domain.md 2). */
  probeMs: 1_000,
  /** All ports together, in rounds: the module may still be starting. */
  openMs: 30_000,
  /** Between rounds, for a port that refuses at once. */
  roundPauseMs: 200,
  /** ModemManager asks up to 16 times, 1 s apart, while the sub-edition still ends in .00.000 (peers.md 1.6). */
  readyTries: 16,
  readyPauseMs: 1_000,
} as const;

/** Lost calibration shows as an IMEI that stays empty; one empty answer may be a hiccup (design.md, Verdict). */
const IMEI_READS = 3;

/** How long a port may stay silent, and how long another program may hold it, before that is the answer. */
export interface AtPatience {
  readonly silentMs: number;
  readonly heldMs: number;
}

/** A session on the first port that answers `AT`. Throws `port-missing`, `port-unavailable` or `at-silent`. */
export async function openAt(
  context: IdentifyContext,
  device: UsbDevice,
  { silentMs, heldMs }: AtPatience = { silentMs: AT_DEADLINES.openMs, heldMs: 0 },
): Promise<AtSession> {
  const { bus, clock, signal } = context;
  const candidates = atInterfaces(device);
  if (candidates.length === 0)
    throw new EcflashError("port-missing", { role: "AT", portPath: device.portPath });
  const start = clock.nowMs();
  for (let round = 0; round === 0 || clock.nowMs() < start + silentMs; round += 1) {
    let refused: EcflashError | null = null;
    if (round > 0) await clock.sleep(AT_DEADLINES.roundPauseMs, signal);
    signal?.throwIfAborted();
    for (const { number } of candidates) {
      try {
        const session = new AtSession(await bus.openPort(device, number), clock);
        if (await answers(session)) {
          // A starting module answers all earlier probes at once; those must not answer what is asked next.
          if (round > 0) await session.settle();
          return session;
        }
        await session.close();
      } catch (error) {
        if (!isEcflashError(error, "port-unavailable")) throw error;
        refused = error;
      }
    }
    if (refused !== null && clock.nowMs() >= start + heldMs) throw refused;
  }
  throw new EcflashError("at-silent", {
    path: `${device.portPath} (${candidates.length} AT ports)`,
    waitedMs: silentMs,
  });
}

async function answers(session: AtSession): Promise<boolean> {
  try {
    return (await session.ask(READS.attention, AT_DEADLINES.probeMs)).status === "ok";
  } catch (error) {
    // A port that takes no bytes listens as little as one that says nothing.
    if (isEcflashError(error, "at-silent", "transfer-timeout")) return false;
    await session.close();
    throw error;
  }
}

/** Everything `check` reads of a module in normal mode; of one in another mode, only the mode. Sends reads alone. */
export async function identify(
  context: IdentifyContext,
  device: UsbDevice,
  mode: ModuleMode,
): Promise<ModuleReading> {
  const base = { ...UNREAD, source: device.portPath, virtual: isVirtual(context.bus, device), mode };
  if (mode !== "normal") return base;
  const session = await openAtOrSilent(context, device);
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
    return await openAt(context, device);
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
