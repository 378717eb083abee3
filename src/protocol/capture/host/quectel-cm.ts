import type { Registration } from "../../../core/reading.js";
import type { UsbMode } from "../../../core/usb-mode.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { portKey, portPathKey } from "../place.js";
import { revisionText } from "../revision-text.js";
import { listedDevice, usbObservations } from "./usb-ids.js";

/** Lines of quectel-CM that say something of the module (domain.md 5.1), each `[time] name rest`. */
const READERS: Readonly<
  Record<string, (rest: string, stamped: boolean, modes: readonly UsbMode[]) => readonly Observation[]>
> = {
  requestBaseBandVersion: (rest, stamped) => {
    const revision = revisionText(rest);
    // Only a line of the log itself may name what is not of Quectel's shape; prose may mention the function's name.
    if (revision === null || !(stamped || revision.shape === "quectel")) return [];
    return [{ kind: "revision", text: revision.text, from: "quectel-CM" }];
  },
  requestGetSIMStatus: (rest) => {
    const status = /^SIMStatus:\s*SIM_(?<status>[A-Z_]+)$/.exec(rest)?.groups?.["status"];
    return status === undefined ? [] : [{ kind: "sim", text: status.replaceAll("_", " ") }];
  },
  requestRegistrationState2: (rest) => {
    const found = /^MCC:\s*(?<mcc>\d+),\s*MNC:\s*\d+,\s*PS:\s*(?<ps>\w+)/.exec(rest)?.groups;
    if (found === undefined) return [];
    // The log does not tell home from roaming; attached to a network with a country code is all it says.
    const attached = Number(found["mcc"]) !== 0 && found["ps"] === "Attached";
    const registration: Registration = attached ? "home" : "none";
    return [{ kind: "registration", domain: "qmi", registration }];
  },
  // The device's own directory; older versions name files below it, and the channel in the same words.
  Find: (rest, _, modes) => {
    if (rest.startsWith("qmichannel")) return channel(rest);
    const path = rest.startsWith("/sys/bus/usb/devices/") ? rest.split(/[\s:]/)[0] : undefined;
    const key = portPathKey(path?.split("/")[5] ?? "");
    // Its second half was wrapped into the next line.
    if (/ idVendor=\w{4,6}$/.test(rest)) return [];
    const { vendor, product } = IDS.exec(rest)?.groups ?? {};
    const device = vendor === undefined ? [] : usbObservations(listedDevice(vendor, product), modes);
    return key === null ? [] : [subject(key), ...device];
  },
  "Auto find": channel,
};

/** `idVendor=0x2c7c idProduct=0x125`, in the first versions `idVendor=2c7c idProduct=0125`. */
const IDS = /\bidVendor=(?:0x)?(?<vendor>[\da-f]{1,4}) idProduct=(?:0x)?(?<product>[\da-f]{3,4})(?![\da-f])/i;

/** `qmichannel = /dev/cdc-wdm0`: by which qmicli and ModemManager name the same module. */
function channel(rest: string): readonly Observation[] {
  const key = portKey(/^qmichannel = (?<port>\S{1,64})$/.exec(rest)?.groups?.["port"] ?? "");
  return key === null ? [] : [{ kind: "alias", key }];
}

const LOG_LINE =
  /^\s{0,200}(?<stamp>\[[\d:_-]{5,32}\]\s*)?(?<name>request[A-Za-z0-9]{1,40}|Find|Auto find)(?: +(?<rest>.*))?$/;

/** What manuals write behind a line; what stands in an APN has no blank before it. */
const REMARK = /\s\/\/.*$/;

/** Longer lines are of something else. */
const LENGTH_LIMIT = 1024;

interface Begun {
  readonly name: string;
  readonly rest: string;
  readonly stamped: boolean;
}

/** The log of Quectel's connection manager, in any of its versions; a line that was wrapped is read with the next one. */
export function quectelCm(modes: readonly UsbMode[] = []): LineReader {
  const read = ({ name, rest, stamped }: Begun) => READERS[name]?.(rest, stamped, modes) ?? [];
  const readWrapped = (one: Begun, next: string): readonly Observation[] => {
    const apart = read({ ...one, rest: `${one.rest} ${next}`.trim() });
    return apart.length > 0 ? apart : read({ ...one, rest: one.rest + next });
  };
  let begun: Begun | null = null;
  return (line) => {
    if (line.length > LENGTH_LIMIT) return [];
    const found = LOG_LINE.exec(line)?.groups;
    if (found === undefined) {
      const wrapped = begun === null ? [] : readWrapped(begun, line.trim());
      begun = null;
      return wrapped;
    }
    const one: Begun = {
      name: found["name"] ?? "",
      rest: (found["rest"] ?? "").replace(REMARK, "").trim(),
      stamped: found["stamp"] !== undefined,
    };
    const seen = read(one);
    begun = seen.length === 0 && one.stamped ? one : null;
    return seen;
  };
}
