import { modelOf } from "./boot.js";
import type { Network } from "./scenario.js";
import { settingRead, settingSet } from "./at-settings.js";
import type { Nv, NvChange } from "./nv.js";

/** What the AT side knows of its module at the moment of a command. */
export interface AtState {
  /** As `AT+QGMR` gives it. */
  readonly revision: string;
  readonly hardwareCode: string | null;
  readonly cfun: number;
  readonly appReady: boolean;
  readonly registered: boolean;
  readonly imeiReadable: boolean;
  readonly nv: Nv;
  readonly network: Network;
  readonly dataCall: boolean;
}

export type AtResult =
  | { readonly kind: "ok"; readonly lines: readonly string[] }
  /** `cme` null is a bare ERROR. */
  | { readonly kind: "error"; readonly cme: number | null }
  | { readonly kind: "act"; readonly act: AtAct };

/** What a command does besides answering; the modem carries it out. */
export type AtAct =
  | { readonly kind: "echo"; readonly on: boolean }
  | { readonly kind: "cmee"; readonly mode: number }
  | { readonly kind: "cfun"; readonly value: number; readonly restart: boolean }
  | { readonly kind: "nv"; readonly change: NvChange }
  | { readonly kind: "data-call"; readonly on: boolean }
  | { readonly kind: "ping"; readonly target: string; readonly count: number }
  | { readonly kind: "power-down" };

const ok = (...lines: string[]): AtResult => ({ kind: "ok", lines });
const cme = (code: number): AtResult => ({ kind: "error", cme: code });
const BARE_ERROR: AtResult = { kind: "error", cme: null };

/** CME numbers and their texts that this modem uses (domain.md 2). */
export const CME_TEXT: Readonly<Record<number, string>> = {
  0: "Phone failure",
  3: "Operation not allowed",
  10: "SIM not inserted",
};

type Answer = (state: AtState) => AtResult;

/** Reads, by the exact text behind `AT` in capitals. Formats: domain.md, section 2. */
const READS: Readonly<Record<string, Answer>> = {
  "": () => ok(),
  I: (state) => ok("Quectel", modelText(state), `Revision: ${shortForm(state)}`),
  "+CGMI": () => ok("Quectel"),
  "+CGMM": (state) => ok(modelText(state)),
  "+GMM": (state) => ok(modelText(state)),
  "+CGMR": (state) => ok(shortForm(state)),
  "+GMR": (state) => ok(shortForm(state)),
  "+QGMR": (state) => ok(longForm(state)),
  "+GSN": (state) => (state.imeiReadable ? ok(state.nv.imei) : ok()),
  "+CGSN": (state) => (state.imeiReadable ? ok(state.nv.imei) : ok()),
  "+EGMR=0,5": ({ nv }) => ok(`+EGMR: "${nv.serial}"`),
  "+EGMR=0,7": ({ nv, imeiReadable }) => ok(`+EGMR: "${imeiReadable ? nv.imei : ""}"`),
  "+CVERSION": (state) => ok(`VERSION: ${shortForm(state)}`, "Jan 01 2020 00:00:00", "Authors: QCT"),
  "+CSUB": () => ok("SubEdition: V01"),
  "+CPIN?": ({ network }) =>
    network.sim === "absent" ? cme(10) : ok(`+CPIN: ${network.sim === "pin" ? "SIM PIN" : "READY"}`),
  "+CPAS": () => ok("+CPAS: 0"),
  "+CFUN?": ({ cfun }) => ok(`+CFUN: ${cfun}`),
  "+COPS?": ({ registered, network }) => ok(registered ? `+COPS: 0,0,"${network.operator}",7` : "+COPS: 0"),
  "+CGDCONT?": ({ network }) =>
    ok(
      `+CGDCONT: 1,"${network.ipv6 === null ? "IP" : "IPV4V6"}","${network.apn}","0.0.0.0",0,0,0,0`,
      `+CGDCONT: 2,"IPV4V6","ims","${ZERO_ADDRESS}",0,0,0,0`,
      `+CGDCONT: 3,"IPV4V6","SOS","${ZERO_ADDRESS}",0,0,0,1`,
    ),
  "+CREG?": (state) => ok(`+CREG: 0,${registrationDigit(state)}`),
  "+CEREG?": (state) => ok(`+CEREG: 0,${registrationDigit(state)}`),
  "+CSQ": ({ registered }) => ok(`+CSQ: ${registered ? 30 : 99},99`),
  "+QCSQ": ({ registered }) => ok(registered ? '+QCSQ: "LTE",53,-80,195,-8' : '+QCSQ: "NOSERVICE"'),
  "+QNWINFO": ({ registered, network }) =>
    ok(registered ? `+QNWINFO: "FDD LTE","${network.plmn}","LTE BAND 4",2050` : "+QNWINFO: No Service"),
  "+CGATT?": ({ registered }) => ok(`+CGATT: ${registered ? 1 : 0}`),
  "+CGPADDR=1": ({ registered, network }) => ok(addressLine(registered ? network : null)),
  "+QIACT?": ({ dataCall, network }) => (dataCall ? ok(contextLine(network)) : ok()),
  V1: () => ok(),
};

const ZERO_ADDRESS = "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0";

/** The answer to one command, without its `AT`. What is not known is ERROR, as on the module. */
export function answerAt(command: string, state: AtState): AtResult {
  const text = command.toUpperCase().trim();
  const read = Object.hasOwn(READS, text) ? READS[text] : undefined;
  if (read !== undefined) return read(state);
  const setting = settingRead(text, state.nv);
  if (setting !== null) return ok(setting);
  const act = actOf(text, command);
  if (act === null) return BARE_ERROR;
  return refusal(act, state) ?? { kind: "act", act };
}

function actOf(text: string, command: string): AtAct | null {
  if (text === "E0" || text === "E1" || text === "E") return { kind: "echo", on: text !== "E0" };
  const change = settingSet(text);
  if (change !== null) return { kind: "nv", change };
  const mode = /^\+CMEE=([012])$/.exec(text)?.[1];
  if (mode !== undefined) return { kind: "cmee", mode: Number(mode) };
  const cfun = /^\+CFUN=([014])(,1)?$/.exec(text);
  if (cfun !== null) return { kind: "cfun", value: Number(cfun[1]), restart: cfun[2] !== undefined };
  if (text === "+QIACT=1" || text === "+QIDEACT=1") return { kind: "data-call", on: text === "+QIACT=1" };
  if (text === "+QPOWD" || text === "+QPOWD=1") return { kind: "power-down" };
  const ping = /^\+QPING=1,"(?<target>[^"]+)"(?:,\d+(?:,(?<count>\d+))?)?$/i.exec(command.trim())?.groups;
  return ping === undefined
    ? null
    : { kind: "ping", target: ping["target"] ?? "", count: Math.min(Number(ping["count"] ?? 4), 10) };
}

/** Going online on foreign firmware is a phone failure (forums.quectel.com 58100). For lost calibration it is expected to be one too. */
function refusal(act: AtAct, { cfun, registered }: AtState): AtResult | null {
  if (act.kind === "cfun" && !act.restart && (cfun === 7 || cfun === 5)) return cme(0);
  if (act.kind === "data-call" && act.on && !registered) return BARE_ERROR;
  return null;
}

function modelText({ hardwareCode }: AtState): string {
  return hardwareCode === null ? "EC25" : modelOf(hardwareCode);
}

/** `EC25AFAR05A07M4G`: what ATI, CGMR and QMI give. */
function shortForm({ revision }: AtState): string {
  return revision.split(/[_#]/)[0] ?? revision;
}

/** Until the application processor is up the second half of the sub-edition is zero (ModemManager, mm-shared-quectel.c). */
function longForm({ revision, appReady }: AtState): string {
  if (appReady) return revision;
  const [short, suffix = "01.001"] = revision.split("_", 2);
  return `${short ?? ""}_${suffix.split(".").slice(0, 2).join(".")}.00.000`;
}

function registrationDigit({ registered, cfun, network }: AtState): number {
  if (registered) return 1;
  if (cfun !== 1) return 0;
  return network.sim === "ready" ? 2 : 4;
}

/** IPv6 as sixteen decimal bytes, the form of 3GPP 27.007 with CGPIAF off. */
function addressLine(network: Network | null): string {
  const ipv6 = network?.ipv6 == null ? null : bytesOfIpv6(network.ipv6).join(".");
  const fields = [network?.ipv4 ?? null, ipv6].filter((field) => field !== null);
  return ["+CGPADDR: 1", ...(fields.length === 0 ? ["0.0.0.0"] : fields).map((field) => `"${field}"`)].join(
    ",",
  );
}

/** Expected for IPv6 and dual stack: only an IPv4 capture is known (domain.md 2). */
function contextLine({ ipv4, ipv6 }: Network): string {
  const type = ipv4 === null ? 2 : ipv6 === null ? 1 : 3;
  const addresses = [ipv4, ipv6].filter((address) => address !== null).map((address) => `"${address}"`);
  return ["+QIACT: 1", "1", String(type), ...addresses].join(",");
}

/** @throws RangeError when the text is no IPv6 address of words and at most one `::` */
export function bytesOfIpv6(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const words = (text: string) =>
    text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16));
  const [left, right] = [words(head), words(tail ?? "")];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const all = [...left, ...new Array<number>(Math.max(zeros, 0)).fill(0), ...right];
  if (all.length !== 8 || all.some((word) => !(word >= 0 && word <= 0xffff)))
    throw new RangeError(`${address} is no IPv6 address`);
  return all.flatMap((word) => [word >> 8, word & 0xff]);
}
