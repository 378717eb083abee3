import {
  IMEI_GONE_READS,
  type ImeiReading,
  type ModuleReading,
  type Registration,
  type RevisionSighting,
  type Said,
  UNREAD,
} from "../../core/reading.js";
import type { Observation } from "./observation.js";

/**
 * Observations of one module, oldest first, as what is true at the end. A text can be a whole story: once another
 * revision is reported, what was said of the radio before it no longer holds, and only its history stays. The band mask,
 * usbnet and the IMEI survive a flash (domain.md 2.3, 4.7) and stay.
 */
export function foldObservations(observations: readonly Observation[]): Said {
  let said: Said = UNREAD;
  /** Certain, whatever name it or a tool gives its maker. */
  let stranger: string | null = null;
  const revisions: RevisionSighting[] = [];
  const cfunHistory: number[] = [];
  const registrations = new Map<string, Registration>();
  const imei = new ImeiReads();
  for (const seen of observations) {
    if (seen.kind === "revision") {
      if (isAnother(seen.text, revisions.at(-1))) {
        registrations.clear();
        said = { ...said, cfun: null, cfunError: null, registration: null, operator: null, qmiMode: null };
      }
      if (!isRepeated(seen, revisions.at(-1))) revisions.push({ text: seen.text, from: seen.from });
    } else if (seen.kind === "cfun") {
      cfunHistory.push(seen.value);
      // Online after all: an earlier failure to get there is over.
      said = { ...said, cfun: seen.value, cfunError: seen.value === 1 ? null : said.cfunError };
    } else if (seen.kind === "registration") {
      said = { ...said, registration: register(registrations, seen) };
    } else if (seen.kind === "stranger") {
      stranger = seen.text;
    } else if (seen.kind === "imei") {
      imei.present(seen.digits);
    } else if (seen.kind === "imei-empty") {
      imei.empty();
    } else {
      said = { ...said, ...learnt(said, seen) };
    }
  }
  return { ...said, maker: stranger ?? said.maker, imei: imei.reading, revisions, cfunHistory };
}

/** Where and when what was observed was taken down, as the text itself says. */
export function contextOf(observations: readonly Observation[]): Pick<ModuleReading, "host" | "takenAt"> {
  const last = (wanted: "host" | "taken") =>
    observations.flatMap((seen) => (seen.kind === wanted ? [seen.text] : [])).at(-1);
  return { host: last("host"), takenAt: last("taken") };
}

type Plain = Exclude<
  Observation,
  { kind: "revision" | "cfun" | "registration" | "stranger" | "imei" | "imei-empty" }
>;

function learnt(said: Said, seen: Plain): Partial<Said> {
  switch (seen.kind) {
    case "usbnet":
      return { usbnet: seen.value };
    case "cfun-error":
      return { cfunError: seen.text };
    case "band":
      return { band: seen.mask };
    case "operator":
      return { operator: seen.name };
    case "maker":
      return { maker: seen.text };
    case "model":
      return { modelText: seen.text };
    case "serial":
      return { serial: seen.text };
    case "sim":
      return { sim: seen.text };
    case "qmi-mode":
      return { qmiMode: seen.text };
    case "circumstance":
      return said.circumstances.some(({ says }) => says === seen.says)
        ? {}
        : { circumstances: [...said.circumstances, { from: seen.from, says: seen.says }] };
    case "mode":
    case "label":
    case "host":
    case "taken":
    case "record":
    case "subject":
    case "alias":
      return {};
  }
}

/** Registered in one domain is registered: LTE-only subscriptions never register for circuits. */
function register(
  registrations: Map<string, Registration>,
  { domain, registration }: Extract<Observation, { kind: "registration" }>,
): Registration {
  // A QMI log speaks of all domains at once, and an answer to AT after it is newer than all it said.
  if (domain === "qmi") registrations.clear();
  else registrations.delete("qmi");
  registrations.set(domain, registration);
  const registered = [...registrations.values()].find((value) => value === "home" || value === "roaming");
  return registered ?? registration;
}

/**
 * The IMEI over a whole text. One that was read outlives a stray empty answer, but not one that stays empty: so a flash
 * that loses it shows (domain.md 1.6, 5.4), also where the IMEI was read before it.
 */
class ImeiReads {
  #digits: string | null = null;
  /** Since it was last read. */
  #empties = 0;

  present(digits: string): void {
    this.#digits = digits;
    this.#empties = 0;
  }

  empty(): void {
    this.#empties += 1;
  }

  get reading(): ImeiReading {
    if (this.#digits !== null && this.#empties < IMEI_GONE_READS)
      return { kind: "present", imei: this.#digits };
    return this.#empties > 0 ? { kind: "empty", reads: this.#empties } : { kind: "unread" };
  }
}

function isRepeated(sighting: RevisionSighting, last: RevisionSighting | undefined): boolean {
  return last?.text === sighting.text && last.from === sighting.from;
}

/** True when this is not merely a shorter or longer form of what was reported last. */
function isAnother(text: string, last: RevisionSighting | undefined): boolean {
  if (last === undefined) return false;
  return !(startsForm(last.text, text) || startsForm(text, last.text));
}

/** `EC25AFAR05A07M4G` is a short form of `EC25AFAR05A07M4G_30.005.30.005`; equal texts are forms of each other. */
function startsForm(short: string, long: string): boolean {
  return long === short || (long.startsWith(short) && /^[_#]/.test(long.slice(short.length)));
}
