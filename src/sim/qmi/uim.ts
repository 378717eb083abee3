import { list, readTlv, tlv, u8, u16, u32, type Field } from "../../protocol/qmi/tlv.js";
import { ICCID_BYTES, readCard } from "./card.js";
import { type Call, fail, ok, type Reply, type Service } from "./service.js";
import type { SimState } from "../network.js";
import type { QmiState } from "./state.js";

/** The card itself. Layouts: libqmi, data/qmi-service-uim.json; numbers: qmi-enums-uim.h. */
export const UIM: Service = {
  0x0020: readTransparent,
  0x002e: ({ tlvs }) => {
    const mask = readTlv(tlvs, 0x01, (value) => value.u32());
    return mask === null ? fail("MissingArgument") : ok(tlv(0x10, u32(mask)));
  },
  0x002f: ({ state }) => ok(cardStatus(state)),
  0x0047: ({ state }) => ok(...slotStatus(state)),
};

/** `QmiUimCardState`. */
const CARD: Readonly<Record<SimState, number>> = {
  absent: 0,
  ready: 1,
  pin: 1,
  puk: 1,
  "not-ready": 1,
  failure: 2,
};
const NO_ERROR = 0;
const NO_ATR_RECEIVED = 3;
const USIM = 2;
/** `QmiUimCardApplicationState`; where there is no card that works, there is no application. */
const APPLICATION: Readonly<Record<SimState, number | null>> = {
  absent: null,
  failure: null,
  "not-ready": 1,
  pin: 2,
  puk: 3,
  ready: 7,
};
const PERSONALIZATION_UNKNOWN = 0;
const PERSONALIZATION_READY = 2;
const PERSONALIZATION_FEATURE_UNKNOWN = 11;
const PIN_ENABLED = 1;
const PIN_DISABLED = 3;
const PIN_BLOCKED = 4;
const PIN_RETRIES = 3;
const PUK_RETRIES = 10;
const NOT_USED = 0xffff;
/** ETSI's RID and the number of 3GPP USIM (ETSI TS 101 220, annex E), then an issuer that is nobody. */
const USIM_AID = [0xa0, 0, 0, 0, 0x87, 0x10, 0x02, 0xff, 0xff, 0xff, 0xff, 0x89, 0, 0, 0, 0];

/** One slot with one USIM, which is the primary one of GSM, WCDMA and LTE. */
function cardStatus({ sim }: QmiState) {
  const state = APPLICATION[sim];
  const indexes = [state === null ? NOT_USED : 0, NOT_USED, NOT_USED, NOT_USED].flatMap((index) =>
    u16(index),
  );
  const upin = [...u8(0), ...u8(0), ...u8(0)];
  const error = u8(sim === "failure" ? NO_ATR_RECEIVED : NO_ERROR);
  const applications = state === null ? [] : [application(sim, state)];
  return tlv(0x10, indexes, list(u8, [[...u8(CARD[sim]), ...upin, ...error, ...list(u8, applications)]]));
}

/** PIN 2 stays enabled and not verified, as `mmcli` shows it of an EC25 (lock: sim-pin2). */
function application(sim: SimState, state: number): Field {
  const locked = sim !== "ready";
  const pin = sim === "puk" ? PIN_BLOCKED : locked ? PIN_ENABLED : PIN_DISABLED;
  return [
    USIM,
    state,
    locked ? PERSONALIZATION_UNKNOWN : PERSONALIZATION_READY,
    PERSONALIZATION_FEATURE_UNKNOWN,
    ...[0, 0],
    ...list(u8, USIM_AID.map(u8)),
    ...[0, pin, sim === "puk" ? 0 : PIN_RETRIES, PUK_RETRIES],
    ...[PIN_ENABLED, PIN_RETRIES, PUK_RETRIES],
  ];
}

const PHYSICAL_ABSENT = 1;
const PHYSICAL_PRESENT = 2;
const SLOT_ACTIVE = 1;
const PROTOCOL_UICC = 2;
/** Answer to reset: direct convention, T=0, no history. */
const ATR = [0x3b, 0x00];

function slotStatus({ sim }: QmiState) {
  const present = sim !== "absent";
  const slot = [
    ...u32(present ? PHYSICAL_PRESENT : PHYSICAL_ABSENT),
    ...u32(SLOT_ACTIVE),
    ...u8(1),
    ...list(u8, (present ? ICCID_BYTES : []).map(u8)),
  ];
  const information = [
    ...u32(present ? PROTOCOL_UICC : 0),
    ...u8(present ? 1 : 0),
    ...list(u8, (present ? ATR : []).map(u8)),
    ...u8(0),
  ];
  return [tlv(0x10, list(u8, [slot])), tlv(0x11, list(u8, [information]))];
}

const DONE = [0x90, 0x00];
const FILE_NOT_FOUND = [0x6a, 0x82];
const SECURITY_NOT_SATISFIED = [0x69, 0x82];
const WRONG_PARAMETERS = [0x6b, 0x00];

/** The QMI errors beside the status words are expected; ModemManager takes any. */
function readTransparent({ state, tlvs }: Call): Reply {
  const id = readTlv(tlvs, 0x02, (value) => value.u16());
  const part = readTlv(tlvs, 0x03, (value) => ({ offset: value.u16(), length: value.u16() }));
  if (id === null || part === null) return fail("MissingArgument");
  if (state.sim === "absent") return fail("NoSim");
  const read = readCard(id, state);
  if (read.kind === "missing") return fail("SimFileNotFound", tlv(0x10, FILE_NOT_FOUND));
  if (read.kind === "locked") return fail("AccessDenied", tlv(0x10, SECURITY_NOT_SATISFIED));
  const { offset, length } = part;
  if (offset > read.bytes.length) return fail("InvalidArgument", tlv(0x10, WRONG_PARAMETERS));
  const bytes = read.bytes.slice(offset, length === 0 ? undefined : offset + length);
  return ok(tlv(0x10, DONE), tlv(0x11, list(u16, bytes.map(u8))));
}
