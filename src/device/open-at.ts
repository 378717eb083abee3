import { READS } from "../core/at-commands.js";
import type { Clock, ModuleBus, UsbDevice, Witness } from "../core/bus.js";
import { EcflashError, isEcflashError } from "../core/errors.js";
import type { Facts } from "../core/facts.js";
import { AtSession } from "./at-session.js";
import { atInterfaces } from "./ports.js";

export interface IdentifyContext {
  readonly bus: ModuleBus;
  readonly clock: Clock;
  readonly facts: Facts;
  readonly signal?: AbortSignal | undefined;
  /** Whom to ask when every AT port is held; without any that is a failure. */
  readonly witnesses?: readonly Witness[] | undefined;
  /** Ends a conversation at once, also inside an answer. For reads only: a flash is never left between two answers. */
  readonly endAsking?: AbortSignal | undefined;
  /** How long `identify` tries a silent or held module; `openAt`'s own patience where it is not said. */
  readonly patience?: AtPatience | undefined;
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

/** The AT port and the modem port, which ModemManager takes both (domain.md 3.1, 4.4b). */
const AT_PORTS = 2;

/** How long a port may stay silent, and how long another program may hold it, before that is the answer. */
export interface AtPatience {
  readonly silentMs: number;
  readonly heldMs: number;
}

/** A session on the first port that answers `AT`. Throws `port-missing`, `port-held`, `port-unavailable` or `at-silent`. */
export async function openAt(
  context: IdentifyContext,
  device: UsbDevice,
  { silentMs, heldMs }: AtPatience = { silentMs: AT_DEADLINES.openMs, heldMs: 0 },
): Promise<AtSession> {
  const { bus, clock, signal, endAsking } = context;
  const candidates = atInterfaces(device);
  if (candidates.length === 0)
    throw new EcflashError("port-missing", { role: "AT", portPath: device.portPath });
  const start = clock.nowMs();
  for (let round = 0; round === 0 || clock.nowMs() < start + silentMs; round += 1) {
    let refused: EcflashError | null = null;
    if (round > 0) await clock.sleep(AT_DEADLINES.roundPauseMs, signal);
    signal?.throwIfAborted();
    for (const [place, { number }] of candidates.entries()) {
      // Behind the two AT ports comes what hardly is one; when those are held, it is not opened for nothing.
      if (place >= AT_PORTS && isEcflashError(refused, "port-held")) break;
      try {
        const session = new AtSession(await bus.openPort(device, number), clock, endAsking);
        if (await answers(session)) {
          // A starting module answers all earlier probes at once; those must not answer what is asked next.
          if (round > 0) await session.settle();
          return session;
        }
        await session.close();
      } catch (error) {
        if (!isEcflashError(error, "port-unavailable", "port-held")) throw error;
        refused = moreTelling(refused, error);
      }
    }
    if (refused !== null && clock.nowMs() >= start + heldMs) throw refused;
  }
  throw new EcflashError("at-silent", {
    path: `${device.portPath} (${candidates.length} AT ports)`,
    waitedMs: silentMs,
  });
}

/** Held says more than not permitted: a free port beside a held one would have been taken. Every holder is named once. */
function moreTelling(before: EcflashError | null, now: EcflashError): EcflashError {
  if (!isEcflashError(before, "port-held")) return now;
  if (!isEcflashError(now, "port-held")) return before;
  const [first, second] = [before.facts, now.facts];
  return new EcflashError(
    "port-held",
    {
      path: [first.path, second.path].join(" and "),
      holders: [...new Set([...first.holders, ...second.holders])],
      alsoAsked: [],
    },
    { cause: now },
  );
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
