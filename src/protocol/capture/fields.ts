import type { Registration } from "../../core/reading.js";
import { bandOf } from "../at/values.js";
import type { Observation } from "./observation.js";
import { isRevisionName, plainName } from "./revision-names.js";
import { isQuectelShape, revisionText } from "./revision-text.js";

/** What a named field of a report, a record or a metric is about. */
export type Field =
  | "revision"
  | "version"
  | "maker"
  | "model"
  | "imei"
  | "serial"
  | "label"
  | "cfun"
  | "band"
  | "registration"
  | "operator"
  | "place"
  | "host"
  | "taken"
  | "live";

/**
 * Names as people and programs write them, without case, blanks and marks. Whole names only: `expected_revision`,
 * `target_firmware` and `latest` are what somebody wants, and a name that is not here says nothing.
 */
const NAMES: Readonly<Record<Field, readonly string[]>> = {
  revision: [
    ...[
      "revision",
      "rev",
      "firmware",
      "fw",
      "firmwarerevision",
      "firmwareversion",
      "fwrevision",
      "fwversion",
      "fwrev",
    ],
    ...[
      "swversion",
      "softwareversion",
      "softwarerevision",
      "modemfirmware",
      "modemfirmwareversion",
      "modemrevision",
    ],
    ...["modemversion", "modulefirmware", "modulerevision", "baseband", "basebandversion", "currentfirmware"],
    ...[
      "currentrevision",
      "currentversion",
      "currentfirmwareversion",
      "installedfirmware",
      "installedrevision",
    ],
    ...["runningfirmware", "runningrevision", "qgmr", "atqgmr", "cgmr", "gmr", "fwver", "swver", "swrev"],
  ],
  version: ["version"],
  maker: ["manufacturer", "mfr", "maker", "vendor", "make", "vendorname"],
  model: ["model", "modelname", "modemmodel", "modem", "module", "product", "productname"],
  imei: ["imei", "equipmentid", "equipmentidentifier", "modemimei"],
  serial: ["serial", "serialnumber", "sn", "moduleserial"],
  label: ["label", "orderingcode", "ordercode", "shieldlabel"],
  cfun: ["cfun", "functionality"],
  band: ["band", "bandmask", "bands"],
  registration: ["registration", "registrationstate", "regstate"],
  operator: ["operator", "operatorname"],
  place: [
    ...[
      "device",
      "deviceid",
      "deviceidentifier",
      "port",
      "portpath",
      "dbuspath",
      "usbpath",
      "physdev",
      "tty",
    ],
    ...["physicalid", "backendid", "devicefile", "guid", "interface"],
  ],
  host: ["host", "hostname", "gateway", "gatewayid"],
  taken: [
    "timestamp",
    "takenat",
    "collectedat",
    "checkedat",
    "recordedat",
    "datetime",
    "lastseen",
    "time",
    "date",
    "ts",
  ],
  live: [
    ...[
      "sim",
      "simstate",
      "imsi",
      "iccid",
      "signal",
      "signalquality",
      "rssi",
      "rsrp",
      "csq",
      "state",
      "powerstate",
    ],
    ...["plmnid", "network", "accesstech", "gpson", "primaryport", "ports", "drivers", "plugin"],
  ],
};

const FIELDS: ReadonlyMap<string, Field> = new Map(
  Object.entries(NAMES).flatMap(([field, names]) => names.map((name) => [name, field as Field] as const)),
);

/** `firmwareRevision`, `Firmware revision`, `fw_rev` are one field each; null for any other name. */
export function fieldOf(name: string): Field | null {
  if (name.length > 40) return null;
  const plain = plainName(name);
  return FIELDS.get(plain) ?? (isRevisionName(plain) ? "revision" : null);
}

const REGISTRATIONS: Readonly<Record<string, Registration>> = {
  home: "home",
  roaming: "roaming",
  searching: "searching",
  denied: "denied",
  idle: "none",
  none: "none",
};

const PREFIX = /^(?:Revision|VERSION):\s*/i;
/** What people write behind a value: `EC25... (see below)`. */
const REMARK = /\s{1,8}\((?!(?:example|expected|latest|target|old|previous)\b)[^()]{0,80}\)$/i;

/** What a field's value says of the module; nothing for a value that is not of its kind. */
export function fieldObservations(field: Field, raw: string, from: string): readonly Observation[] {
  const value = raw.trim();
  if (value === "" || value === "--" || value.length > 200) return [];
  switch (field) {
    case "revision":
    case "version": {
      const revision = revisionText(value.replace(PREFIX, "").replace(REMARK, ""));
      return revision === null ? [] : [{ kind: "revision", text: revision.text, from }];
    }
    case "maker":
      return [{ kind: "maker", text: value }];
    case "model":
      return [{ kind: "model", text: value }];
    case "imei":
      return imei(value);
    case "serial":
      return /^\d{14,16}$/.test(value) ? imei(value) : [{ kind: "serial", text: value }];
    case "label":
      return [{ kind: "label", text: value }];
    case "cfun":
      return /^\d{1,2}$/.test(value) ? [{ kind: "cfun", value: Number(value) }] : [];
    case "band": {
      const mask = value.startsWith("0x") ? bandOf({ lines: [`+QCFG: "band",${value}`] }) : null;
      return mask === null ? [] : [{ kind: "band", mask }];
    }
    case "registration": {
      const registration = REGISTRATIONS[value.toLowerCase()];
      return registration === undefined ? [] : [{ kind: "registration", domain: "eps", registration }];
    }
    case "operator":
      return [{ kind: "operator", name: value }];
    case "place":
    case "host":
    case "taken":
    case "live":
      return [];
  }
}

function imei(digits: string): readonly Observation[] {
  return /^\d{14,16}$/.test(digits) && !/^0+$/.test(digits) ? [{ kind: "imei", digits }] : [];
}

/** `EC25EFA-512-STD`: what only the shield of a module says. */
const ORDERING_CODE = /\b[A-Z]{2}\d{2}[A-Z]{2,8}-\d{3}-[A-Z]{3,4}\b/;

/**
 * Whether fields together are the report of a module that is there: a Quectel revision beside something that only a
 * module has (who it is, where it is, how it runs), or another make's beside its maker's name.
 */
export function isReport(fields: ReadonlyMap<Field, string>): boolean {
  const revision = (fields.get("revision") ?? fields.get("version") ?? "").replace(PREFIX, "");
  const has = (...names: Field[]) => names.some((name) => fields.has(name));
  if (isQuectelShape(revision.split(/\s/)[0] ?? ""))
    return (
      has("imei", "serial", "live", "place", "host") ||
      (has("maker") && has("model")) ||
      ORDERING_CODE.test(fields.get("model") ?? "")
    );
  return revisionText(revision) !== null && has("maker") && (has("model") || has("imei", "serial"));
}
