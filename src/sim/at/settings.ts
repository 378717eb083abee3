import type { Nv, NvChange, UsbConfiguration } from "../nv.js";

/**
 * One name of `AT+QCFG`. Reads print hex with `0x`, sets take it without (forums.quectel.com 53540); here a set takes
 * both, as `usbcfg` is given with it.
 */
interface Setting {
  print(nv: Nv): string;
  /** What these fields change; null is an ERROR and changes nothing. */
  set(fields: readonly string[]): NvChange | null;
}

/** Bands of all kinds are 128 at most. */
const HEX = /^(?:0X)?0*(?<digits>[0-9A-F]{1,32})$/;
const FLAG = /^[01]$/;
const USB_FUNCTIONS = ["diag", "nmea", "at", "modem", "rmnet", "adb", "uac"] as const;

/** Band words that leave the bands as they are (wiki.teltonika-gps.com, "Frequency band lock"). */
const NO_CHANGE: ReadonlySet<string> = new Set(["0x0", "0x40000000"]);

/**
 * Formats: domain.md 2; ranges as an EG25-G lists them for `AT+QCFG=?` (public notes on EG25GGBR07A08M2G). That a set
 * keeps what the hardware has not is expected.
 */
const SETTINGS: Readonly<Record<string, Setting>> = {
  BAND: {
    print: (nv) => `"band",${nv.bandGw},${nv.bandLte},0x0`,
    set: ([gw = "", lte = "", ...rest]) => {
      const words = [hexWord(gw), hexWord(lte)];
      if (words[0] == null || words[1] == null || rest.length > 2 || rest.some((text) => !HEX.test(text)))
        return null;
      return {
        ...(NO_CHANGE.has(words[0]) ? {} : { bandGw: words[0] }),
        ...(NO_CHANGE.has(words[1]) ? {} : { bandLte: words[1] }),
      };
    },
  },
  NWSCANSEQ: {
    print: (nv) => `"nwscanseq",${nv.nwscanseq}`,
    set: withEffect(/^(0[0-5]){1,5}$/, (nwscanseq) => ({ nwscanseq })),
  },
  NWSCANMODE: {
    print: (nv) => `"nwscanmode",${nv.nwscanmode}`,
    set: withEffect(/^[0-8]$/, (value) => ({ nwscanmode: Number(value) })),
  },
  USBNET: {
    print: (nv) => `"usbnet",${nv.usbnet}`,
    set: ([value = "", ...rest]) =>
      rest.length === 0 && /^[0-3]$/.test(value) ? { usbnet: Number(value) } : null,
  },
  USBCFG: {
    print: ({ usbcfg }) => `"usbcfg",${usbcfgText(usbcfg)}`,
    set: (fields) => {
      const usbcfg = usbcfgOf(fields);
      return usbcfg === null ? null : { usbcfg };
    },
  },
};

/** The line for `+QCFG="NAME"`; null when the text is no read of a known name. */
export function settingRead(text: string, nv: Nv): string | null {
  const name = /^\+QCFG="(?<name>[^"]+)"$/.exec(text)?.groups?.["name"] ?? "";
  const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  return setting === undefined ? null : `+QCFG: ${setting.print(nv)}`;
}

/** What `+QCFG="NAME",...` changes; null when the text is no set of a known name, or its fields are not acceptable. */
export function settingSet(text: string): NvChange | null {
  const { name = "", fields = "" } = /^\+QCFG="(?<name>[^"]+)",(?<fields>.+)$/.exec(text)?.groups ?? {};
  const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  return setting?.set(fields.split(",").map((field) => field.trim())) ?? null;
}

/** One value, and the digit behind it that says whether it takes effect now or at the next start. */
function withEffect(form: RegExp, change: (value: string) => NvChange): Setting["set"] {
  return ([value = "", effect = "1", ...rest]) =>
    form.test(value) && FLAG.test(effect) && rest.length === 0 ? change(value) : null;
}

/** `0x80a` of `80a`, `080A` and `0x80A`. */
function hexWord(text: string): string | null {
  const digits = HEX.exec(text.toUpperCase())?.groups?.["digits"];
  return digits === undefined ? null : `0x${digits.toLowerCase()}`;
}

function usbcfgText(usbcfg: UsbConfiguration): string {
  const id = (value: number) => `0x${value.toString(16).toUpperCase()}`;
  const flags = USB_FUNCTIONS.map((name) => (usbcfg[name] ? "1" : "0"));
  return [id(usbcfg.vendorId), id(usbcfg.productId), ...flags].join(",");
}

function usbcfgOf([vendor = "", product = "", ...flags]: readonly string[]): UsbConfiguration | null {
  const ids = [vendor, product].map((text) =>
    HEX.test(text.toUpperCase()) ? Number.parseInt(text, 16) : Number.NaN,
  );
  if (!ids.every((id) => id <= 0xffff)) return null;
  if (flags.length !== USB_FUNCTIONS.length || !flags.every((flag) => FLAG.test(flag))) return null;
  const on = (name: (typeof USB_FUNCTIONS)[number]) => flags[USB_FUNCTIONS.indexOf(name)] === "1";
  return {
    vendorId: ids[0] ?? 0,
    productId: ids[1] ?? 0,
    diag: on("diag"),
    nmea: on("nmea"),
    at: on("at"),
    modem: on("modem"),
    rmnet: on("rmnet"),
    adb: on("adb"),
    uac: on("uac"),
  };
}
