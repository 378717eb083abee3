import { fieldObservations } from "../report/fields.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { portKey } from "../place.js";

const PORT = /\[(?:modem\d{1,5}\/)?(?:\/dev\/)?(?<port>cdc-wdm\d{1,4}|wwan\d{1,3}qmi\d{1,3})(?:\/qmi)?\]/;
const MESSAGE = /\bmessage {0,8}= "(?<message>[A-Za-z ]{1,40})" \(0x[\da-f]{4}\)/i;
const TYPE = /\btype {0,8}= "(?<type>[A-Za-z ]{1,40})" \(0x[\da-f]{2}\)/i;
const TRANSLATED = /\btranslated {0,4}= (?<value>\S.{0,200}?)\s{0,8}$/;
const LENGTH_LIMIT = 512;

type Read = (value: string) => readonly Observation[];

/** Messages of the device management service and their fields, as libqmi translates them in its debug log. */
const FIELDS: Readonly<Record<string, Read>> = {
  "get revision/revision": (value) => fieldObservations("revision", value, "QMI"),
  "get manufacturer/manufacturer": (value) => fieldObservations("maker", value, "QMI"),
  "get model/model": (value) => fieldObservations("model", value, "QMI"),
  "get ids/imei": (value) => fieldObservations("imei", value, "QMI"),
  "get operating mode/mode": (value) => [{ kind: "qmi-mode", text: value }],
};

/** The translated QMI messages of `qmicli -v` and ModemManager's debug log. */
export function qmiTrace(): LineReader {
  let message = "";
  let type = "";
  let port: string | null = null;
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT);
    port = portKey(PORT.exec(text)?.groups?.["port"] ?? "") ?? port;
    const begun = MESSAGE.exec(text)?.groups?.["message"];
    if (begun !== undefined) {
      message = begun.toLowerCase();
      type = "";
      return [];
    }
    if (message === "") return [];
    const field = TYPE.exec(text)?.groups?.["type"];
    if (field !== undefined) type = field.toLowerCase();
    const value = TRANSLATED.exec(text)?.groups?.["value"];
    if (value === undefined) return [];
    const found = FIELDS[`${message}/${type}`]?.(value.replace(/^["'](.*)["']$/, "$1")) ?? [];
    return found.length === 0 ? [] : [subject(port), ...found];
  };
}
