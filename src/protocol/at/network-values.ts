import { NOTHING_SHOWN, type NetworkShown, type PdpContext } from "../../core/diagnosis/shown.js";
import { fieldsOf, splitFields } from "./values.js";

type Lines = { readonly lines: readonly string[] };

/** The answers of a diagnosis by the name they carry (formats in domain.md 2). What an answer does not say stays as it is. */
const READERS: Readonly<Record<string, (answer: Lines) => Partial<NetworkShown>>> = {
  "+CSQ": (answer) => {
    const level = whole(fieldsOf(answer, "+CSQ")?.[0]);
    if (level === null || (level > 31 && level !== 99)) return {};
    return { signal: level === 99 ? "none" : level };
  },
  // `"LTE",rssi,rsrp,sinr,rsrq`; only LTE has a third field that is a reference signal.
  "+QCSQ": (answer) => {
    const [technology, , rsrp] = fieldsOf(answer, "+QCSQ") ?? [];
    const dbm = /^-\d{1,3}$/.test(rsrp ?? "") ? Number(rsrp) : null;
    return technology === "LTE" && dbm !== null ? { rsrpDbm: dbm } : {};
  },
  "+QNWINFO": (answer) => {
    const [first] = fieldsOf(answer, "+QNWINFO") ?? [];
    if (first === undefined || first === "") return {};
    return { service: /^no service$/i.test(first) ? "none" : "service" };
  },
  "+CGATT": (answer) => {
    const state = fieldsOf(answer, "+CGATT")?.[0];
    return state === "0" || state === "1" ? { attached: state === "1" } : {};
  },
  "+QCFG": (answer) => {
    const [name, mode] = fieldsOf(answer, "+QCFG") ?? [];
    const scanMode = name?.toLowerCase() === "nwscanmode" ? whole(mode) : null;
    return scanMode === null ? {} : { scanMode };
  },
  "+CGDCONT": ({ lines }) => ({ contexts: lines.flatMap(contextOf) }),
};

/** What the lines of one answer add. Lines of other names, and the list of a `=?` form, add nothing. */
export function networkShownBy(lines: readonly string[]): Partial<NetworkShown> {
  const names = new Set(lines.map((line) => /^(?<name>\+[A-Z]+):/.exec(line)?.groups?.["name"] ?? ""));
  let shown: Partial<NetworkShown> = {};
  for (const name of names) {
    const own = lines.filter((line) => line.startsWith(`${name}:`));
    shown = { ...shown, ...READERS[name]?.({ lines: own }) };
  }
  return shown;
}

/** What several answers say, the later ones over the earlier. */
export function networkShown(answers: readonly (readonly string[])[]): NetworkShown {
  return answers.reduce<NetworkShown>(
    (shown, lines) => ({ ...shown, ...networkShownBy(lines) }),
    NOTHING_SHOWN,
  );
}

function contextOf(line: string): PdpContext[] {
  const [id, type, apn] = splitFields(line.replace(/^\+CGDCONT:/, ""));
  const number = whole(id);
  return number === null || type === undefined || apn === undefined ? [] : [{ id: number, type, apn }];
}

function whole(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : null;
}
