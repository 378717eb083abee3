import { list, readTlv, text, tlv, u8, u16, u32, u64 } from "../../protocol/qmi/tlv.js";
import { hasBands, lteBands, qmiBands } from "./bands.js";
import { accepted, type Call, fail, type News, ok, type Reply, type Service } from "./service.js";
import type { OperatingMode, QmiState } from "./state.js";

/** QmiDmsOperatingMode (libqmi, qmi-enums-dms.h). */
const MODE_NUMBER: Readonly<Record<OperatingMode, number>> = {
  online: 0,
  "low-power": 1,
  "factory-test": 2,
  offline: 3,
};
const RESET = 4;
const SHUTTING_DOWN = 5;
const PERSISTENT_LOW_POWER = 6;

/** `AT+CFUN` values of the modes a host may ask for. */
const CFUN_OF_MODE: ReadonlyMap<number, number> = new Map([
  [MODE_NUMBER.online, 1],
  [MODE_NUMBER["low-power"], 4],
  [MODE_NUMBER["factory-test"], 5],
  [MODE_NUMBER.offline, 7],
  [PERSISTENT_LOW_POWER, 4],
]);

/** LTE category 4: 50 and 150 Mbit/s. */
const MAX_TX_BPS = 50_000_000;
const MAX_RX_BPS = 150_000_000;
const CS_AND_PS_AT_ONCE = 3;
const SIM_SUPPORTED = 2;
const RADIO = { gsm: 4, umts: 5, lte: 8 } as const;

const PIN2_ENABLED = 1;
const PIN_RETRIES = 3;
const PUK_RETRIES = 10;

/** Device management. Layouts: libqmi, data/qmi-service-dms.json. */
export const DMS: Service = {
  0x0001: ({ client, tlvs }) => {
    const wanted = readTlv(tlvs, 0x14, (value) => value.u8() !== 0);
    if (wanted === true) client.wants.add("operating-mode");
    if (wanted === false) client.wants.delete("operating-mode");
    return accepted();
  },
  0x0020: ({ state }) =>
    ok(
      tlv(
        0x01,
        u32(MAX_TX_BPS),
        u32(MAX_RX_BPS),
        u8(CS_AND_PS_AT_ONCE),
        u8(SIM_SUPPORTED),
        list(u8, radiosOf(state).map(u8)),
      ),
    ),
  // Manufacturer, model and hardware revision as ModemManager shows them of an EC25 (EdgeBox-RPI-200 report).
  0x0021: () => ok(tlv(0x01, text("QUALCOMM INCORPORATED"))),
  0x0022: () => ok(tlv(0x01, text("QUECTEL Mobile Broadband Module"))),
  // domain.md 5.3.
  0x0023: ({ state }) => ok(tlv(0x01, text(`${state.revision}  1  [${state.buildDate}]`))),
  // No number on the card: expected for most data cards.
  0x0024: () => fail("NotProvisioned"),
  // A module without CDMA has no MEID; ESN "0" is expected, as is an absent IMEI while calibration cannot be read.
  0x0025: ({ state }) =>
    ok(tlv(0x10, text("0")), ...(state.imei === null ? [] : [tlv(0x11, text(state.imei))])),
  0x002b: ({ state }) =>
    state.sim === "absent"
      ? fail("NoSim")
      : ok(pinStatus(0x11, state.sim === "pin" ? 1 : 3), pinStatus(0x12, PIN2_ENABLED)),
  0x002c: () => ok(tlv(0x01, text("10000"))),
  0x002d: ({ state }) => ok(...operatingMode(state)),
  0x002e: setOperatingMode,
  0x0045: ({ state }) => ok(tlv(0x01, u64(qmiBands(state.bandGw))), tlv(0x10, u64(lteBands(state.bandLte)))),
};

function operatingMode({ mode, offlineReason, hardwareRestricted }: QmiState) {
  const reason = mode === "offline" ? [tlv(0x10, u16(offlineReason))] : [];
  return [tlv(0x01, u8(MODE_NUMBER[mode])), ...reason, tlv(0x11, u8(hardwareRestricted ? 1 : 0))];
}

/** A radio that cannot run answers DeviceNotReady to online (domain.md 2.2), and is expected to do so to any other mode but reset and off. */
function setOperatingMode({ state, host, tlvs }: Call): Reply {
  const wanted = readTlv(tlvs, 0x01, (value) => value.u8());
  if (wanted === null) return fail("MissingArgument");
  if (wanted === RESET) host.restart();
  else if (wanted === SHUTTING_DOWN) host.powerDown();
  else {
    const cfun = CFUN_OF_MODE.get(wanted);
    if (cfun === undefined) return fail("InvalidArgument");
    if (!state.canGoOnline) return fail("DeviceNotReady");
    if (wanted === MODE_NUMBER[state.mode]) return ok();
    host.setFunctionality(cfun);
  }
  return ok();
}

function pinStatus(type: number, status: number) {
  return tlv(type, u8(status), u8(PIN_RETRIES), u8(PUK_RETRIES));
}

/** Radios the bands name: an expected reading, modules of all variants may claim all three. */
function radiosOf({ bandGw, bandLte }: QmiState): number[] {
  const old = (["gsm", "umts"] as const).filter((kind) => hasBands(bandGw, kind));
  return [...old.map((kind) => RADIO[kind]), ...(bandLte === 0n ? [] : [RADIO.lte])];
}

/** Event report: the operating mode is another one. */
export function dmsNews(state: QmiState): News {
  return { message: 0x0001, tlvs: [tlv(0x14, u8(MODE_NUMBER[state.mode]))] };
}
