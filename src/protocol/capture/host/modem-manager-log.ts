import { atTranscript } from "../at/transcript.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { modemKey, portKey } from "../place.js";

/** `[modem0/ttyUSB2/at] --> 'AT+CGMR<CR>'`, before 1.14 `(ttyUSB2) --> '...'`: what ModemManager says on a port with --debug. */
const TRAFFIC =
  /[[(](?:modem(?<modem>\d{1,5})\/)?(?<port>tty[A-Za-z]{1,4}\d{1,4}|wwan\d{1,3}at\d{1,3})(?:\/(?:at|probe))?[\])]:? (?<way>-->|<--) '(?<text>.{0,2000})'\s{0,8}$/;
const LINE_END = /<(?:CR|LF)>/;
const LENGTH_LIMIT = 4096;
/** Ports whose dialogue is kept apart; a host has a few. */
const PORTS_LIMIT = 64;

interface Port {
  readonly read: LineReader;
  /** The beginning of a line whose end was not received yet. */
  begun: string;
}

/** The AT traffic in ModemManager's debug log, each port a dialogue of its own: it probes several at once. */
export function modemManagerLog(): LineReader {
  const ports = new Map<string, Port>();
  return (line) => {
    if (line.length > LENGTH_LIMIT) return [];
    const { modem, port: name = "", way, text = "" } = TRAFFIC.exec(line)?.groups ?? {};
    const key = portKey(name);
    if (key === null) return [];
    const port = ports.get(key) ?? { read: atTranscript(), begun: "" };
    if (ports.size < PORTS_LIMIT) ports.set(key, port);
    const found = linesOf(port, text, way === "-->").flatMap((one) => port.read(one));
    if (found.length === 0) return [];
    const owner = modem === undefined ? null : modemKey(`/Modem/${modem}`);
    const alias: readonly Observation[] = owner === null ? [] : [{ kind: "alias", key: owner }];
    return [subject(key), ...alias, ...found];
  };
}

/** An answer comes in pieces as the port gave it; a command is always whole. */
function linesOf(port: Port, text: string, isCommand: boolean): readonly string[] {
  const parts = `${isCommand ? "" : port.begun}${text}`.slice(0, LENGTH_LIMIT).split(LINE_END);
  port.begun = isCommand ? "" : (parts.pop() ?? "");
  return parts.filter((part) => part.trim() !== "");
}
