import { mmcliModemOf } from "../../mmcli.js";
import { fieldObservations } from "../report/fields.js";
import { isObject, type JsonReader } from "./format.js";
import { type Observation, subject } from "../observation.js";
import { modemKey, portKey, portPathKey } from "../place.js";

/** `mmcli -m N -J`. */
export function jsonMmcli(): JsonReader {
  return (object, place) => {
    const modem = mmcliModemOf(object);
    if (modem === null) return null;
    const { manufacturer, model, revision, imei, registration, operator, qmiMode } = modem;
    const path = isObject(object["modem"]) ? object["modem"]["dbus-path"] : null;
    const keys = [portPathKey(modem.device ?? ""), ...modem.ports.map(portKey)];
    const said: Observation[] = [
      subject((typeof path === "string" ? modemKey(path) : null) ?? place),
      ...keys.filter((key) => key !== null).map((key) => ({ kind: "alias" as const, key })),
      ...fieldObservations("maker", manufacturer ?? "", "mmcli"),
      ...fieldObservations("model", model ?? "", "mmcli"),
      ...fieldObservations("imei", imei ?? "", "mmcli"),
      ...fieldObservations("revision", revision ?? "", "mmcli"),
    ];
    if (registration !== null) said.push({ kind: "registration", domain: "eps", registration });
    if (qmiMode !== null) said.push({ kind: "qmi-mode", text: qmiMode });
    if (operator !== null) said.push({ kind: "operator", name: operator });
    return said;
  };
}
