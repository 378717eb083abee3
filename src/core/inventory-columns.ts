import { INVENTORY_FIELDS, type InventoryField } from "./inventory.js";

export type Columns = Readonly<Partial<Record<InventoryField, string>>>;

/** Header names as people write them, evened out as `evened` does: English, German, French, Spanish, Italian, Chinese, Japanese. */
const NAMES: Readonly<Record<InventoryField, readonly string[]>> = {
  imei: [
    "imei",
    "imei1",
    "imei number",
    "imei nr",
    "imei nummer",
    "numero imei",
    "imei no",
    "equipment identifier",
    "equipment id",
    "imei号",
    "imei番号",
  ],
  serial: [
    "serial",
    "serial number",
    "serial no",
    "sn",
    "s n",
    "seriennummer",
    "serien nr",
    "numero de serie",
    "no de serie",
    "numero di serie",
    "序列号",
    "シリアル番号",
    "製造番号",
  ],
  port: [
    "port",
    "port path",
    "usb port",
    "usb path",
    "usb",
    "anschluss",
    "puerto",
    "puerto usb",
    "porta",
    "porta usb",
    "port usb",
    "端口",
    "ポート",
  ],
  host: [
    "host",
    "hostname",
    "host name",
    "gateway",
    "rechner",
    "rechnername",
    "hote",
    "nom d hote",
    "equipo",
    "nombre de host",
    "nome host",
    "主机",
    "主机名",
    "ホスト",
    "ホスト名",
  ],
  label: [
    "label",
    "ordering code",
    "order code",
    "part number",
    "part no",
    "p n",
    "pn",
    "module label",
    "etikett",
    "bestellcode",
    "bestellnummer",
    "etiquette",
    "reference",
    "code de commande",
    "etiqueta",
    "codigo de pedido",
    "etichetta",
    "codice d ordine",
    "codice ordine",
    "标签",
    "订货号",
    "料号",
    "ラベル",
    "型番",
  ],
  variant: [
    "variant",
    "hardware variant",
    "hardware",
    "variante",
    "variante hardware",
    "variante materielle",
    "型号",
    "变体",
    "バリアント",
  ],
};

/** Without accents and marks, in lower case, one space between words. */
function evened(header: string): string {
  return header
    .normalize("NFKD")
    .replace(/(?<=[a-z])\p{M}/giu, "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/**
 * Which header is which column, by its name. A string is why not: two headers for one thing, none that says which
 * module, none that says what it is.
 */
export function detectColumns(headers: readonly string[]): Columns | string {
  const found: Partial<Record<InventoryField, string>> = {};
  for (const field of INVENTORY_FIELDS) {
    const [first, second] = headers.filter((header) => NAMES[field].includes(evened(header)));
    if (first !== undefined && second !== undefined)
      return `"${first}" and "${second}" may both be the ${field}; say which with --columns`;
    if (first !== undefined) found[field] = first;
  }
  return sufficient(found, headers);
}

/** Columns that were named, each a header that is there. */
export function namedColumns(wanted: Columns, headers: readonly string[]): Columns | string {
  const absent = Object.values(wanted).filter((name) => !headers.includes(name));
  if (absent.length > 0) return `no column is called ${list(absent)}; there are ${list(headers)}`;
  return sufficient(wanted, headers);
}

function sufficient(columns: Columns, headers: readonly string[]): Columns | string {
  const has = (...fields: InventoryField[]) => fields.some((field) => columns[field] !== undefined);
  const example = "for example --columns imei=NAME,label=NAME";
  if (!has("imei", "serial", "port", "host"))
    return `no column says which module (imei, serial, port, host); there are ${list(headers)}; ${example}`;
  if (!has("label", "variant"))
    return `no column says what the module is (label, variant); there are ${list(headers)}; ${example}`;
  return columns;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `"${name}"`).join(", ");
}

/** `imei=IMEI,label=Order code`. Null for a text that is not so, or names a field that is none. */
export function parseColumns(text: string): Columns | null {
  const columns: Partial<Record<InventoryField, string>> = {};
  for (const pair of text.split(",")) {
    const { field, name } = /^\s*(?<field>[a-z]+)\s*=\s*(?<name>.*\S)\s*$/i.exec(pair)?.groups ?? {};
    const known = INVENTORY_FIELDS.find((one) => one === field?.toLowerCase());
    if (known === undefined || name === undefined || columns[known] !== undefined) return null;
    columns[known] = name;
  }
  return columns;
}
