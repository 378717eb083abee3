import type { Tlv } from "../../protocol/qmi/tlv.js";
import { i8, i16, list, readTlv, shortText, text, tlv, u8, u16, u32, u64 } from "../../protocol/qmi/tlv.js";
import type { Registration } from "../network.js";
import { lteBands, qmiBands } from "./bands.js";
import {
  accepted,
  type Call,
  fail,
  type News,
  ok,
  type Reply,
  type Service,
  type Subscription,
} from "./service.js";
import type { QmiState } from "./state.js";

const LTE = 8;
const NO_RADIO = 0;
/** `QmiNasRegistrationState`; a cell for emergency calls only is no registration. */
const REGISTRATION: Readonly<Record<Registration, number>> = {
  none: 0,
  home: 1,
  roaming: 1,
  searching: 2,
  denied: 3,
  emergency: 0,
};
const ATTACHED = 1;
const DETACHED = 2;
const NETWORK_3GPP = 2;
const NETWORK_UNKNOWN = 0;
const ROAMING_ON = 0;
const ROAMING_OFF = 1;
const DATA_LTE = 0x0b;
const SERVICE_NONE = 0;
const SERVICE_AVAILABLE = 2;
const DOMAIN_CS_PS = 3;
const ENCODING_ASCII = 1;

/** Where the virtual cell is. */
const CELL = { lac: 0xfffe, tac: 0x0001, cellId: 0x00000101 } as const;

/** `SERVING` numbers its TLVs otherwise in the answer than in the indication (libqmi, data/qmi-service-nas.json, 0x0024). */
const SERVING = {
  answer: { lac: 0x1c, cellId: 0x1d, detail: 0x21, tac: 0x24, digits: 0x27 },
  indication: { lac: 0x1d, cellId: 0x1e, detail: 0x22, tac: 0x25, digits: 0x29 },
} as const;

/** Network access. Layouts: libqmi, data/qmi-service-nas.json. */
export const NAS: Service = {
  0x0002: accepted,
  0x0003: registerIndications,
  0x0020: signalStrength,
  0x0022: accepted,
  0x0023: accepted,
  0x0024: ({ state }) => ok(...servingSystem(state, "answer")),
  0x0025: homeNetwork,
  0x0033: accepted,
  0x0034: ({ state }) => ok(...selectionPreference(state)),
  0x0044: plmnName,
  0x004d: ({ state }) => ok(...systemInfo(state)),
  0x004f: ({ state: { signal } }) =>
    ok(
      ...(signal === null
        ? []
        : [tlv(0x14, i8(signal.rssiDbm), i8(signal.rsrqDb), i16(signal.rsrpDbm), i16(signal.snrTenthsDb))]),
    ),
  0x0050: accepted,
  0x006c: accepted,
};

const SUBSCRIPTIONS: readonly (readonly [type: number, what: Subscription])[] = [
  [0x13, "serving-system"],
  [0x18, "system-info"],
];

function registerIndications({ client, tlvs }: Call): Reply {
  for (const [type, what] of SUBSCRIPTIONS) {
    const wanted = readTlv(tlvs, type, (value) => value.u8() !== 0);
    if (wanted === true) client.wants.add(what);
    if (wanted === false) client.wants.delete(what);
  }
  return ok();
}

function registrationState({ registration, mode, sim }: QmiState): number {
  return mode === "online" && sim === "ready" ? REGISTRATION[registration] : REGISTRATION.none;
}

function servingSystem(state: QmiState, where: keyof typeof SERVING): Tlv[] {
  const { registered } = state;
  const attach = u8(registered ? ATTACHED : DETACHED);
  const serving = tlv(
    0x01,
    u8(registrationState(state)),
    attach,
    attach,
    u8(registered ? NETWORK_3GPP : NETWORK_UNKNOWN),
    list(u8, [i8(registered ? LTE : NO_RADIO)]),
  );
  if (!registered) return [serving];
  const { mcc, mnc, threeDigits } = networkOf(state.plmn);
  const types = SERVING[where];
  return [
    serving,
    tlv(0x10, u8(state.registration === "roaming" ? ROAMING_ON : ROAMING_OFF)),
    tlv(0x11, list(u8, [u8(DATA_LTE)])),
    tlv(0x12, u16(mcc), u16(mnc), shortText(state.operator)),
    tlv(types.lac, u16(CELL.lac)),
    tlv(types.cellId, u32(CELL.cellId)),
    tlv(types.detail, u8(SERVICE_AVAILABLE), u8(DOMAIN_CS_PS), u8(SERVICE_NONE), u8(0), u8(0)),
    tlv(types.tac, u16(CELL.tac)),
    tlv(types.digits, u16(mcc), u16(mnc), u8(threeDigits ? 1 : 0)),
  ];
}

/** Service status of GSM, WCDMA and LTE, and the LTE system where there is one. The indication has the same TLVs. */
function systemInfo(state: QmiState): Tlv[] {
  const { registered, plmn } = state;
  const lteStatus = u8(registered ? SERVICE_AVAILABLE : SERVICE_NONE);
  const status = [
    tlv(0x12, u8(SERVICE_NONE), u8(SERVICE_NONE), u8(0)),
    tlv(0x13, u8(SERVICE_NONE), u8(SERVICE_NONE), u8(0)),
    tlv(0x14, lteStatus, lteStatus, u8(registered ? 1 : 0)),
  ];
  if (!registered) return status;
  const valid = u8(1);
  const [mcc, mnc] = [plmn.slice(0, 3), plmn.slice(3)];
  const system = tlv(
    0x19,
    ...[valid, u8(DOMAIN_CS_PS), valid, u8(DOMAIN_CS_PS)],
    // Roaming or not, and not forbidden.
    ...[valid, u8(state.registration === "roaming" ? 1 : 0), valid, u8(0)],
    ...[valid, u16(CELL.lac), valid, u32(CELL.cellId)],
    // No reject to tell.
    ...[u8(0), u8(0), u8(0)],
    // A network code of two digits is filled with 0xff.
    ...[valid, text(mcc), text(mnc.padEnd(3, "\xff"))],
    ...[valid, u16(CELL.tac)],
  );
  return [...status, system];
}

function signalStrength({ state: { signal } }: Call): Reply {
  if (signal === null) return fail("InformationUnavailable");
  return ok(tlv(0x01, i8(signal.rssiDbm), i8(LTE)));
}

function homeNetwork({ state }: Call): Reply {
  if (state.sim !== "ready") return fail("NotProvisioned");
  const { mcc, mnc, threeDigits } = networkOf(state.plmn);
  return ok(
    tlv(0x01, u16(mcc), u16(mnc), shortText(state.operator)),
    tlv(0x12, u8(1), u8(threeDigits ? 1 : 0)),
  );
}

const MODE_GSM_UMTS_LTE = 0x1c;
const ROAMING_ANY = 0xff;
const SELECT_AUTOMATIC = 0;
const DOMAIN_PREFERENCE_CS_PS = 2;

/** All modes, LTE first, automatic: factory settings (expected). */
function selectionPreference(state: QmiState): Tlv[] {
  return [
    tlv(0x10, u8(0)),
    tlv(0x11, u16(MODE_GSM_UMTS_LTE)),
    tlv(0x12, u64(qmiBands(state.bandGw))),
    tlv(0x14, u16(ROAMING_ANY)),
    tlv(0x15, u64(lteBands(state.bandLte))),
    tlv(0x16, u8(SELECT_AUTOMATIC)),
    tlv(0x18, u32(DOMAIN_PREFERENCE_CS_PS)),
    tlv(0x1c, list(u8, [LTE, 5, 4].map(i8))),
  ];
}

/** A name for the one network that is there; any other is unknown to the module. */
function plmnName({ state, tlvs }: Call): Reply {
  const asked = readTlv(tlvs, 0x01, (value) => ({ mcc: value.u16(), mnc: value.u16() }));
  if (asked === null) return fail("MissingArgument");
  const { mcc, mnc } = networkOf(state.plmn);
  if (asked.mcc !== mcc || asked.mnc !== mnc) return fail("InvalidArgument");
  const name = [...u8(ENCODING_ASCII), ...u8(0), ...u8(0), ...shortText(state.operator)];
  return ok(tlv(0x10, u8(ENCODING_ASCII), shortText(""), name, name));
}

function networkOf(plmn: string): { mcc: number; mnc: number; threeDigits: boolean } {
  return { mcc: Number(plmn.slice(0, 3)), mnc: Number(plmn.slice(3)), threeDigits: plmn.length === 6 };
}

/** Indications of a registration that changed, for a client that wants them. */
export function nasNews(state: QmiState, wants: ReadonlySet<Subscription>): News[] {
  const news: News[] = [];
  if (wants.has("serving-system")) news.push({ message: 0x0024, tlvs: servingSystem(state, "indication") });
  if (wants.has("system-info")) news.push({ message: 0x004e, tlvs: systemInfo(state) });
  return news;
}
