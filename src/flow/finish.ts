import type { UsbDevice } from "../core/bus.js";
import { asEcflashError, EcflashError, isEcflashError } from "../core/errors.js";
import { confirm } from "./confirm.js";
import { type ConnectResult, connectTest, describeFamily, passed } from "./connect.js";
import type { FlowContext } from "./context.js";
import type { Journal } from "./journal.js";
import type { Run, RunResult } from "./run.js";
import type { PathFollower } from "../device/follow.js";
import { lookOnce, type ModuleTracker } from "./tracker.js";

/** `auto` tests when a SIM is ready, `require` fails without one, `skip` never tests. */
export type ConnectPolicy = "auto" | "require" | "skip";

export const FINISH_STAGES = [
  { id: "confirm", title: "Confirm by the module itself" },
  { id: "connect", title: "Connect test" },
] as const;

export interface Finish {
  readonly context: FlowContext;
  readonly run: Run;
  readonly tracker: ModuleTracker;
  readonly follower: PathFollower;
  readonly journal: Journal;
  readonly device: UsbDevice;
  readonly connect: ConnectPolicy;
}

/** Failures after which the run is over: nothing is left that `recover` could finish, and none is mended by flashing again. */
const FINAL = ["calibration-lost", "revision-not-confirmed", "identity-changed", "radio-offline"] as const;

/** The end of a run whose plan is written: what the module says now, and whether it connects. */
export async function confirmAndConnect({
  context,
  run,
  tracker,
  follower,
  journal,
  device,
  connect,
}: Finish): Promise<RunResult> {
  const { release, identity } = journal.entry;
  let imei: string;
  try {
    imei = await run.stage("confirm", (voice) =>
      confirm(context, tracker, device, { release, imei: identity.imei }, voice),
    );
    await journal.close();
  } catch (error) {
    const failure = asEcflashError(error);
    if (isEcflashError(failure, ...FINAL)) await journal.close();
    throw failure.withState(await lookOnce(tracker, follower));
  }
  const connected = await run.stage("connect", async (voice) => {
    if (connect === "skip") return { value: null, summary: "not asked for", skipped: true };
    try {
      const value = await connectTest(context, device, voice);
      return { value, summary: connectSummary(value) };
    } catch (error) {
      const noSim = isEcflashError(error, "connect-failed") && error.facts.stage === "SIM";
      if (connect === "auto" && noSim)
        return { value: null, summary: `skipped: no usable SIM (${error.facts.reason})`, skipped: true };
      throw unproven(error).withState(await lookOnce(tracker, follower));
    }
  });
  return run.end("done", summaryOf(journal, device, imei, connected));
}

/** The firmware is confirmed by now, so an interrupt leaves one thing open: the test. */
function unproven(error: unknown): EcflashError {
  const failure = asEcflashError(error);
  if (!isEcflashError(failure, "interrupted")) return failure;
  const facts = { stage: "an interrupt", reason: `${failure.facts.signal} came before it was over` };
  return new EcflashError("connect-failed", facts, { cause: failure });
}

/** An interrupt after the write is no harmless stop: the new firmware is on the module and nobody has confirmed it. */
export function afterWrite(error: unknown, journal: Journal): EcflashError {
  const failure = asEcflashError(error);
  if (!journal.entry.written || !isEcflashError(failure, "interrupted")) return failure;
  return new EcflashError("interrupted-after-write", { signal: failure.facts.signal }, { cause: failure });
}

export function connectSummary({ operator, ipv4, ipv6 }: ConnectResult): string {
  const both = `IPv4 ${describeFamily(ipv4)}; IPv6 ${describeFamily(ipv6)}`;
  const only = passed(ipv4) && passed(ipv6) ? "" : passed(ipv4) ? " (IPv4 only)" : " (IPv6 only)";
  return `registered${operator === null ? "" : ` with ${operator}`}; ${both}${only}`;
}

/** Lines a technician can paste into an RMA mail; no identity in full. */
function summaryOf(
  { entry }: Journal,
  { portPath }: UsbDevice,
  imei: string,
  connected: ConnectResult | null,
): string[] {
  return [
    "Result: PASS",
    `Module: ${entry.declared.text} at ${portPath}, chip serial ${entry.chipSerial ?? "not read"}`,
    `Before: ${entry.identity.revision ?? "not read"}`,
    `After:  ${entry.release}, confirmed by AT+QGMR; ${imei}; CFUN 1`,
    `Package: SHA-256 ${entry.archiveSha256}; plan ${entry.planHash}`,
    connected === null ? "Connect test: not run" : `Connect test: ${connectSummary(connected)}`,
  ];
}
