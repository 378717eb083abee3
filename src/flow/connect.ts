import { type AtCommand, CONNECT, READS } from "../core/at-commands.js";
import type { UsbDevice } from "../core/bus.js";
import { EcflashError } from "../core/errors.js";
import type { Registration } from "../core/reading.js";
import type { AtSession } from "../device/at-session.js";
import { AT_DEADLINES, openAt } from "../device/open-at.js";
import * as at from "../protocol/at/values.js";
import type { FlowContext } from "./context.js";
import { PATIENCE } from "./patience.js";
import type { StageVoice } from "./run.js";

export interface FamilyResult {
  readonly address: string | null;
  readonly ping: { readonly sent: number; readonly received: number } | null;
  /** Why there was no ping, in a few words. */
  readonly why: string | null;
}

/** What the connect test found. IPv4 and IPv6 stand apart: a network with one of them is a result, not a failure. */
export interface ConnectResult {
  readonly sim: string | null;
  readonly registration: Registration | null;
  readonly operator: string | null;
  readonly ipv4: FamilyResult;
  readonly ipv6: FamilyResult;
}

/** True when the SIM is there and unlocked; `--connect auto` tests only then. */
export function simIsReady(sim: string | null): boolean {
  return sim === "READY";
}

/**
 * SIM, registration, a data call of the module's own, and a ping in each family; all by AT, so nothing on the host
 * changes. Throws `connect-failed` when no family passes. A context it opened is closed again.
 */
export async function connectTest(
  context: FlowContext,
  device: UsbDevice,
  voice: StageVoice,
): Promise<ConnectResult> {
  const { bus, clock, facts, stop } = context;
  const session = await openAt({ bus, clock, facts, signal: stop.signal }, device);
  try {
    const sim = at.simOf(await session.ask(READS.sim, AT_DEADLINES.answerMs));
    if (!simIsReady(sim))
      throw new EcflashError("connect-failed", { stage: "SIM", reason: sim ?? "the module does not say" });
    const registration = await waitForNetwork(context, session, voice);
    const operator = at.operatorOf(await session.ask(READS.operator, AT_DEADLINES.answerMs));
    const { ipv4, ipv6 } = await testData(session, voice);
    const result = { sim, registration, operator, ipv4, ipv6 };
    if (!passed(ipv4) && !passed(ipv6)) {
      throw new EcflashError("connect-failed", {
        stage: "data",
        reason: `IPv4: ${describeFamily(ipv4)}; IPv6: ${describeFamily(ipv6)}`,
      });
    }
    return result;
  } finally {
    await session.close();
  }
}

export function passed({ ping }: FamilyResult): boolean {
  return ping !== null && ping.received > 0;
}

export function describeFamily({ address, ping, why }: FamilyResult): string {
  if (address === null) return why ?? "no address";
  if (ping === null) return `${address}, ${why ?? "no ping"}`;
  return `${address}, ${ping.received} of ${ping.sent} pings`;
}

async function waitForNetwork(
  { clock, stop }: FlowContext,
  session: AtSession,
  voice: StageVoice,
): Promise<Registration> {
  voice.wait("registration", PATIENCE.registrationMs);
  const end = clock.nowMs() + PATIENCE.registrationMs;
  let last: Registration | null = null;
  do {
    for (const [command, name] of [
      [READS.registrationLte, "+CEREG"],
      [READS.registration, "+CREG"],
    ] as const) {
      last = at.registrationOf(await session.ask(command, AT_DEADLINES.answerMs), name);
      if (last === "home" || last === "roaming") return last;
      if (last === "denied")
        throw new EcflashError("connect-failed", {
          stage: "registration",
          reason: "the network denies this SIM",
        });
    }
    await clock.sleep(PATIENCE.registrationPollMs, stop.signal);
  } while (clock.nowMs() < end);
  throw new EcflashError("connect-failed", {
    stage: "registration",
    reason: `state "${last ?? "unread"}" after ${PATIENCE.registrationMs / 1000} s`,
  });
}

async function testData(
  session: AtSession,
  voice: StageVoice,
): Promise<{ ipv4: FamilyResult; ipv6: FamilyResult }> {
  const active = await session.ask(CONNECT.activeContexts, AT_DEADLINES.answerMs);
  const opened = !active.lines.some((line) => line.startsWith("+QIACT: 1,1"));
  if (opened) {
    voice.wait("data call", PATIENCE.dataCallMs);
    const answer = await session.ask(CONNECT.activate, PATIENCE.dataCallMs);
    if (answer.status === "error")
      throw new EcflashError("connect-failed", { stage: "data call", reason: answer.cme ?? "ERROR" });
  }
  try {
    const addresses = at.addressesOf(await session.ask(CONNECT.addresses, AT_DEADLINES.answerMs));
    return {
      ipv4: await ping(session, CONNECT.ping4, addresses.ipv4, voice),
      ipv6: await ping(session, CONNECT.ping6, addresses.ipv6, voice),
    };
  } finally {
    if (opened) await session.ask(CONNECT.deactivate, PATIENCE.onlineMs);
  }
}

async function ping(
  session: AtSession,
  command: AtCommand,
  address: string | null,
  voice: StageVoice,
): Promise<FamilyResult> {
  if (address === null) return { address, ping: null, why: "the network gave no address" };
  voice.wait(`ping from ${address}`, PATIENCE.pingMs);
  const answer = await session.ask(command, AT_DEADLINES.answerMs);
  if (answer.status === "error")
    return { address, ping: null, why: `the module refuses to ping (${answer.cme ?? "ERROR"})` };
  return { address, ...(await pingResult(session)) };
}

/** One lost packet may be told by a line of its own before the summary (expected; no capture shows it). */
const PACKET_LOST = 569;

/** The summary; an error code ends the wait, a lost packet alone does not. */
async function pingResult(session: AtSession): Promise<Pick<FamilyResult, "ping" | "why">> {
  let lost: number | null = null;
  const found = await session.listen(PATIENCE.pingMs, (line) => {
    const result = at.pingResultOf(line);
    if (result === null || !("error" in result)) return result;
    if (result.error !== PACKET_LOST) return result;
    lost = result.error;
    return null;
  });
  if (found !== null && !("error" in found)) return { ping: found, why: null };
  const code = found?.error ?? (lost as number | null);
  return { ping: null, why: code === null ? "no answer" : `ping error ${code}` };
}
