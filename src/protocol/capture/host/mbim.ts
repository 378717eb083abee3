import { fieldObservations } from "../report/fields.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { portKey } from "../place.js";
import { isQuectelShape } from "../revision-text.js";

/** The capabilities that MBIM devices tell, as mbimcli, umbim and quectel-CM print them. */
const FIELD =
  /(?:^|[\s\]])(?<name>Device ?ID|Firmware ?info|Hardware ?info):\s{0,16}'?(?<value>[^\s']{1,100})'?\s{0,8}$/i;
const HEADING = /\[(?<port>\/dev\/[\w-]{1,32})\] Device capabilities retrieved/;
const LENGTH_LIMIT = 512;

/** Only a revision of Quectel's shape: of other makers the line does not say which it is. */
export function mbim(): LineReader {
  let imei = "";
  let port: string | null = null;
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT);
    port = portKey(HEADING.exec(text)?.groups?.["port"] ?? "") ?? port;
    const { name = "", value = "" } = FIELD.exec(text)?.groups ?? {};
    if (/^device/i.test(name)) imei = value;
    if (!/^firmware/i.test(name) || !isQuectelShape(value)) return [];
    const who: readonly Observation[] = fieldObservations("imei", imei, "MBIM");
    imei = "";
    return [subject(port), ...who, ...fieldObservations("revision", value, "MBIM")];
  };
}
