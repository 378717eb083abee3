import { isOnline } from "../reading.js";
import { type Case, ground, type Rule, rule } from "./finding.js";

/** Weaker than this the module may hear a cell and still not hold it: about -95 dBm (3GPP 27.007: 2 dB a step from -113). */
const WEAK_LEVEL = 9;
/** At the edge of an LTE cell (domain.md 2, `AT+QCSQ`; the limit is a rule of thumb, and only a weak finding). */
const WEAK_RSRP_DBM = -110;

const isRegistered = ({ reading: { registration } }: Case) =>
  registration === "home" || registration === "roaming";

/** The radio runs, and with a card: else that is the cause, and nothing here is. */
const couldRegister = ({ reading }: Case) => isOnline(reading) && /^(?:SIM_)?READY$/i.test(reading.sim ?? "");

const registrationSays = ({ reading }: Case) =>
  ground("registration", `registration is "${reading.registration ?? "unread"}"`);

const firstContext = ({ network }: Case) => network.contexts?.find(({ id }) => id === 1) ?? null;

export const NETWORK_RULES: readonly Rule[] = [
  rule(
    "network-registered",
    "fine",
    "strong",
    (seen) => (isRegistered(seen) ? registrationSays(seen) : null),
    ({ reading }) =>
      `The module is registered${reading.registration === "roaming" ? " (roaming)" : ""}${reading.operator === null ? "" : ` with ${reading.operator}`}.`,
  ),
  rule(
    "network-denied",
    "network",
    "strong",
    (seen) => (seen.reading.registration === "denied" ? registrationSays(seen) : null),
    () =>
      "The network refuses this SIM: it is not active, may not roam here, or the network is on its forbidden list (FPLMN).",
    () =>
      "Ask the carrier whether the card is active and may use this network; try it in a phone at the same place.",
  ),
  rule(
    "network-roaming-without-data",
    "network",
    "strong",
    ({ reading, network }) =>
      reading.registration === "roaming" && network.attached === false
        ? [
            ...ground("registration", "registered as roaming"),
            ...ground("AT+CGATT?", "not attached for data"),
          ]
        : null,
    () => "Roaming works for calls and not for data: the contract or the visited network blocks it.",
    () =>
      "Ask the carrier for data roaming on this card; look at the forbidden list (FPLMN) of a card that was refused before.",
  ),
  rule(
    "network-not-attached",
    "network",
    "weak",
    ({ reading, network }) =>
      reading.registration === "home" && network.attached === false
        ? [...ground("registration", "registered at home"), ...ground("AT+CGATT?", "not attached for data")]
        : null,
    () =>
      "The module is registered and not attached for data: the APN is wrong, or the contract has no data.",
    () => "Compare the APN with what the carrier says; then ask whether the card has data.",
  ),
  rule(
    "network-attached-without-service",
    "network",
    "weak",
    (seen) =>
      seen.network.attached === true && seen.network.service === "none" && !isRegistered(seen)
        ? [...ground("AT+CGATT?", "attached"), ...ground("AT+QNWINFO", "no service")]
        : null,
    () => "The module says it is attached while there is no service: what it says of attaching is old.",
    () => "Go by the registration; diagnose again after half a minute.",
  ),
  rule(
    "network-heard-not-joined",
    "network",
    "weak",
    (seen) => {
      const { signal } = seen.network;
      const { registration } = seen.reading;
      const waits = registration === "searching" || registration === "none";
      if (!couldRegister(seen) || !waits || typeof signal !== "number") return null;
      return [...registrationSays(seen), ...ground("AT+CSQ", `signal level ${signal} of 31`)];
    },
    () =>
      "The module hears cells and joins none: a band or technology of this carrier is off, or the card may not use what it hears.",
    () =>
      "Wait two minutes after a start; then compare band mask and scan mode with the carrier's bands, and try another SIM.",
  ),
  rule(
    "network-scan-limited",
    "network",
    "weak",
    ({ network: { scanMode } }) =>
      scanMode !== null && scanMode !== 0
        ? ground('AT+QCFG="nwscanmode"', `the scan mode is ${scanMode}`)
        : null,
    () => "The module looks for one kind of network only.",
    () => 'If that is not wanted, set it back to all: AT+QCFG="nwscanmode",0,1.',
  ),
  rule(
    "network-no-apn",
    "network",
    "weak",
    (seen) => {
      if (seen.network.contexts === null) return null;
      const first = firstContext(seen);
      if (first !== null && first.apn !== "") return null;
      return ground(
        "AT+CGDCONT?",
        first === null ? "there is no context 1" : "the APN of context 1 is empty",
      );
    },
    () => "No APN is set: only some networks give one by themselves.",
    () => "Give the carrier's APN to the program that connects (quectel-CM -s APN).",
  ),
  rule(
    "network-ipv4-only",
    "network",
    "weak",
    (seen) => {
      const first = firstContext(seen);
      return first?.type === "IP" ? ground("AT+CGDCONT?", `context 1 (${first.apn}) is of type IP`) : null;
    },
    () => "The data context asks for IPv4 only: a carrier with IPv6 alone gives nothing to it.",
    () => "If IPv6 is wanted: set the context to IPV4V6, and let quectel-CM ask for both (-4 -6).",
  ),
  rule(
    "antenna-no-signal",
    "antenna",
    "strong",
    (seen) =>
      couldRegister(seen) && !isRegistered(seen) && seen.network.signal === "none"
        ? ground("AT+CSQ", "no signal (99) with the radio on")
        : null,
    () => "The radio is on and hears nothing.",
    () =>
      "Look at the antenna, its plug on MAIN (not on DIV or GNSS) and its cable; then at a window or outside.",
  ),
  rule(
    "antenna-weak-signal",
    "antenna",
    "weak",
    (seen) => (isWeak(seen) ? signalSays(seen) : null),
    () => "The signal is weak.",
    () => "Look at the antenna and its cable, and try another place.",
  ),
  rule(
    "antenna-signal",
    "fine",
    "strong",
    (seen) => (typeof seen.network.signal === "number" && !isWeak(seen) ? signalSays(seen) : null),
    () => "The signal is good enough.",
  ),
];

function isWeak({ network: { signal, rsrpDbm } }: Case): boolean {
  if (rsrpDbm !== null) return rsrpDbm <= WEAK_RSRP_DBM;
  return typeof signal === "number" && signal <= WEAK_LEVEL;
}

function signalSays({ network: { signal, rsrpDbm } }: Case) {
  return rsrpDbm === null
    ? ground("AT+CSQ", `signal level ${signal ?? "unread"} of 31`)
    : ground("AT+QCSQ", `RSRP is ${rsrpDbm} dBm`);
}
