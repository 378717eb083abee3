import type { Case, FindingCode } from "../../../src/core/diagnosis/finding.js";
import { type HostSigns, NO_SIGNS, type NetworkShown } from "../../../src/core/diagnosis/shown.js";
import type { Declaration } from "../../../src/core/declaration.js";
import type { ModuleReading } from "../../../src/core/reading.js";
import { judge } from "../../../src/core/verdict.js";
import { byCode, FACTS, MASK_OF_A, moduleSaying } from "../facts.js";

export const RIGHT = "EC25AFAR05A07M4G_30.005.30.005";
export const WRONG = "EC25EFAR06A11M4G_01.001.01.001";

interface Change {
  readonly revision?: string;
  readonly reading?: Partial<ModuleReading>;
  readonly network?: Partial<NetworkShown>;
  readonly host?: Partial<HostSigns>;
  readonly declared?: readonly Declaration[];
  readonly requiredRelease?: string;
}

const HEALTHY: Partial<ModuleReading> = {
  maker: "Quectel",
  cfun: 1,
  cfunHistory: [1],
  sim: "READY",
  registration: "home",
  operator: "Virtual Mobile",
  imei: { kind: "present", imei: "000000000000018" },
  band: MASK_OF_A,
  usbnet: 0,
};
const REACHED: NetworkShown = {
  scanMode: 0,
  contexts: [{ id: 1, type: "IPV4V6", apn: "virtual.apn" }],
  signal: 20,
  rsrpDbm: null,
  service: "service",
  attached: true,
};

/** A declared EC25-A on which all is well, but for this. */
export function caseOf({
  revision = RIGHT,
  declared = [byCode("EC25AFA")],
  requiredRelease,
  ...change
}: Change): Case {
  const reading = moduleSaying(revision === "" ? [] : revision, { ...HEALTHY, ...change.reading });
  return {
    judgement: judge(reading, FACTS, { declarations: declared, requiredRelease }),
    reading,
    network: { ...REACHED, ...change.network },
    host: { ...NO_SIGNS, ...change.host },
  };
}

const offline = { cfun: 7, registration: "none" as const };
const alone = { registration: "searching" as const };
const unheard = { network: { signal: "none" as const, service: "none" as const, attached: false } };

/** For each finding what trips it, and what is nearly the same and does not. Total by its type. */
export const SAMPLES: { readonly [C in FindingCode]: { readonly trips: Change; readonly not: Change } } = {
  "firmware-belongs": { trips: {}, not: { declared: [] } },
  "firmware-uncontradicted": { trips: { declared: [] }, not: { declared: [], revision: "" } },
  "firmware-foreign": {
    trips: { revision: WRONG, reading: offline },
    not: { revision: WRONG, reading: offline, declared: [] },
  },
  "firmware-suspect": {
    trips: { revision: WRONG, reading: offline, declared: [] },
    not: { revision: RIGHT, reading: offline, declared: [] },
  },
  "firmware-unproven": {
    trips: { reading: offline, declared: [] },
    not: { revision: WRONG, reading: offline, declared: [] },
  },
  "firmware-disputed": {
    trips: { revision: WRONG },
    not: { revision: WRONG, reading: offline },
  },
  "firmware-custom": { trips: { revision: "0.5.1" }, not: { revision: "" } },
  "firmware-outdated": {
    trips: { requiredRelease: "EC25AFAR05A08M4G" },
    not: { requiredRelease: "EC25AFAR05A07M4G" },
  },
  "module-other": {
    trips: { revision: "EC21AFAR05A06M4G_30.002.30.002", declared: [] },
    not: { declared: [] },
  },
  "module-not-running": { trips: { reading: { mode: "edl" } }, not: { reading: { mode: "normal" } } },
  "module-not-ready": {
    trips: { revision: "EC25AFAR05A07M4G_30.005.00.000" },
    not: { revision: "EC25AFAR05A07M4G" },
  },
  "calibration-test-mode": { trips: { reading: { cfun: 5 } }, not: { reading: { cfun: 4 } } },
  "calibration-imei-empty": {
    trips: { reading: { imei: { kind: "empty", reads: 3 } } },
    not: { reading: { imei: { kind: "empty", reads: 2 } } },
  },
  "calibration-offline": { trips: { reading: offline }, not: { revision: WRONG, reading: offline } },
  "sim-ready": { trips: {}, not: { reading: { sim: "SIM PIN" } } },
  "sim-absent": {
    trips: { reading: { sim: "CME ERROR 10" } },
    not: { reading: { sim: "CME ERROR 13" } },
  },
  "sim-failure": {
    trips: { reading: { sim: "CME ERROR SIM failure" } },
    not: { reading: { sim: "CME ERROR SIM busy" } },
  },
  "sim-pin": { trips: { reading: { sim: "SIM PIN" } }, not: { reading: { sim: "SIM PUK" } } },
  "sim-puk": { trips: { reading: { sim: "SIM_PUK" } }, not: { reading: { sim: "SIM_PIN" } } },
  "sim-busy": { trips: { reading: { sim: "CME ERROR 14" } }, not: { reading: { sim: "READY" } } },
  "sim-locked": { trips: { reading: { sim: "PH-NET PIN" } }, not: { reading: { sim: "SIM PIN" } } },
  "network-registered": {
    trips: { reading: { registration: "roaming" } },
    not: { reading: { registration: "denied" } },
  },
  "network-denied": { trips: { reading: { registration: "denied" } }, not: { reading: alone } },
  "network-roaming-without-data": {
    trips: { reading: { registration: "roaming" }, network: { attached: false } },
    not: { reading: { registration: "roaming" } },
  },
  "network-not-attached": {
    trips: { network: { attached: false } },
    not: { network: { attached: null } },
  },
  "network-attached-without-service": {
    trips: { reading: alone, network: { service: "none" } },
    not: { network: { service: "none" } },
  },
  "network-heard-not-joined": {
    trips: { reading: alone },
    not: { reading: { ...alone, sim: "SIM PIN" } },
  },
  "network-scan-limited": { trips: { network: { scanMode: 3 } }, not: { network: { scanMode: 0 } } },
  "network-no-apn": {
    trips: { network: { contexts: [{ id: 1, type: "IPV4V6", apn: "" }] } },
    not: { network: { contexts: null } },
  },
  "network-ipv4-only": {
    trips: { network: { contexts: [{ id: 1, type: "IP", apn: "ltedata.apn" }] } },
    not: {
      network: {
        contexts: [
          { id: 1, type: "IPV4V6", apn: "a" },
          { id: 2, type: "IP", apn: "ims" },
        ],
      },
    },
  },
  "antenna-no-signal": {
    trips: { ...unheard, reading: alone },
    // A radio that is off hears nothing with the best antenna.
    not: { ...unheard, reading: { ...alone, cfun: 4 } },
  },
  "antenna-weak-signal": {
    trips: { network: { signal: 9 } },
    not: { network: { signal: 9, rsrpDbm: -109 } },
  },
  "antenna-signal": { trips: { network: { signal: 10 } }, not: { network: { signal: 20, rsrpDbm: -110 } } },
  "host-radio-off": { trips: { reading: { cfun: 4 } }, not: { reading: { cfun: 1 } } },
  "host-network-function": { trips: { reading: { usbnet: 1 } }, not: { reading: { usbnet: null } } },
  "host-qmi": { trips: {}, not: { reading: { usbnet: 2 } } },
  "host-raw-ip": { trips: { host: { rawIp: false } }, not: { host: { rawIp: true } } },
  "host-no-lease": { trips: { host: { dhcpFailed: true } }, not: { host: {} } },
  "host-power": {
    trips: { host: { power: ["usb 1-1.2: device descriptor read/64, error -71"] } },
    not: { host: { power: [] } },
  },
  "host-restarts": { trips: { host: { starts: 2 } }, not: { host: { starts: 1 } } },
  "host-ports-held": {
    trips: { reading: { circumstances: [{ from: "mmcli", says: "the AT ports are held by ModemManager" }] } },
    not: {},
  },
};
