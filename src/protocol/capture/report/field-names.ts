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
    ...[
      "runningfirmware",
      "runningrevision",
      "qgmr",
      "atqgmr",
      "cgmr",
      "gmr",
      "fwver",
      "swver",
      "swrev",
      "revisionfw",
    ],
  ],
  version: ["version"],
  maker: ["manufacturer", "mfr", "maker", "vendor", "make", "vendorname", "genericmanufacturer"],
  model: ["model", "modelname", "modemmodel", "product", "productname", "genericmodel"],
  imei: [
    "imei",
    "equipmentid",
    "equipmentidentifier",
    "modemimei",
    "modelimei",
    "moduleimei",
    "genericequipmentidentifier",
  ],
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

/** The same in the languages that tools are translated to (gammu prints `固件`), as far as texts were seen. */
const ABROAD: Readonly<Record<string, Field>> = {
  固件: "revision",
  固件版本: "revision",
  软件版本: "revision",
  ファームウェア: "revision",
  версияпрошивки: "revision",
  прошивка: "revision",
  révision: "revision",
  revisión: "revision",
  revisão: "revision",
  revisione: "revision",
  versiondufirmware: "revision",
  versióndefirmware: "revision",
  versãodofirmware: "revision",
  versionefirmware: "revision",
  制造商: "maker",
  厂商: "maker",
  производитель: "maker",
  hersteller: "maker",
  fabricant: "maker",
  fabricante: "maker",
  produttore: "maker",
  producent: "maker",
  型号: "model",
  модель: "model",
  modell: "model",
  modèle: "model",
  modelo: "model",
  modello: "model",
  设备: "place",
  gerät: "place",
};

/** A module's version by composed names: `modemFirmwareVersion`, `lte_fw`, `COMVER`. Every part is of these words. */
const COMPOSED =
  /^(?:generic|current|installed|running|active|internal|cellular|mobile|modem|module|wwan|lte|gsm|radio|com|4g){1,3}(?:firmware|fw|software|sw|baseband)?(?:version|ver|revision|rev)?$/;
const VERSION_WORD = /firmware|fw|software|sw|baseband|ver|rev/;
/** `SW version after FOTA`: what runs now. What ran before says nothing. */
const AFTERWARDS = /after(?:the)?(?:fota|ota|update|upgrade|flash(?:ing)?)?$/;
const NOW = /^(?:current|installed|running|active)/;

/** `firmwareRevision`, `Firmware revision`, `fw_rev` are one field each; null for any other name. */
export function fieldOf(name: string): Field | null {
  if (name.length > 40) return null;
  const plain = plainOf(name);
  const known = FIELDS.get(plain) ?? ABROAD[plain];
  if (known !== undefined) return known;
  if (AFTERWARDS.test(plain))
    return FIELDS.get(plain.replace(AFTERWARDS, "")) === "revision" ? "revision" : null;
  return COMPOSED.test(plain) && VERSION_WORD.test(plain) ? "revision" : null;
}

/** True for a name that says of a revision that it is the newest of several: `Current firmware`, `Version after update`. */
export function isOfNow(name: string): boolean {
  const plain = plainOf(name);
  return NOW.test(plain) || AFTERWARDS.test(plain);
}

function plainOf(name: string): string {
  return (
    name
      .normalize("NFC")
      .toLowerCase()
      // nmcli puts the group before the name: `GENERAL.FIRMWARE-VERSION`.
      .replace(/^general\./, "")
      .replace(/[^\p{L}\d]/gu, "")
  );
}
