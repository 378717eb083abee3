import { BUILD_DATE } from "../at/identity.js";
import type { AtState } from "../at/state.js";
import type { Registration, SimState } from "../network.js";

/** `QmiDmsOperatingMode` by name (libqmi, qmi-enums-dms.h), those the firmware can be in. */
export type OperatingMode = "online" | "low-power" | "factory-test" | "offline";

/** What the running firmware tells QMI at the moment of a request. */
export interface QmiState {
  /** Short form: `EC25AFAR05A07M4G` (domain.md 1.3). */
  readonly revision: string;
  /** Of the build; the same that `AT+CVERSION` gives. */
  readonly buildDate: string;
  /** Null while it cannot be read: calibration lost (domain.md 2.2). */
  readonly imei: string | null;
  readonly mode: OperatingMode;
  /** Mask of `QmiDmsOfflineReason`. 0 names none: qmicli 1.32 prints `none`, the older one of the thread `unknown`. */
  readonly offlineReason: number;
  readonly hardwareRestricted: boolean;
  /** False where the radio cannot run: firmware of other hardware, calibration lost. */
  readonly canGoOnline: boolean;
  readonly registered: boolean;
  readonly registration: Registration;
  readonly sim: SimState;
  /** Digits of country and network code, joined. */
  readonly plmn: string;
  readonly operator: string;
  readonly apn: string;
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  /** The two words of `AT+QCFG="band"`. */
  readonly bandGw: bigint;
  readonly bandLte: bigint;
  /** Null without a cell. */
  readonly signal: Signal | null;
}

export interface Signal {
  readonly rssiDbm: number;
  readonly rsrqDb: number;
  readonly rsrpDbm: number;
  readonly snrTenthsDb: number;
}

/** What QMI asks of its module. */
export interface QmiHost {
  /** Null until the firmware runs: commands are taken then and get no answer (expected). */
  qmiState(): QmiState | null;
  /** As `AT+CFUN=` sets it. */
  setFunctionality(value: number): void;
  restart(): void;
  powerDown(): void;
}

/** 1 online, 5 factory test, 7 offline (domain.md 2.2); 0 and 4 are low power (3GPP 27.007; expected for QMI). */
const MODE_OF_CFUN: ReadonlyMap<number, OperatingMode> = new Map([
  [0, "low-power"],
  [1, "online"],
  [4, "low-power"],
  [5, "factory-test"],
  [7, "offline"],
]);

/** The values of the AT side's `+QCSQ`, so that both sides tell the same. */
const SIGNAL: Signal = { rssiDbm: -53, rsrqDb: -8, rsrpDbm: -80, snrTenthsDb: 190 };

/** The firmware's state as QMI tells it, from what the AT side knows; null while that is silent. */
export function qmiStateOf(at: AtState | null): QmiState | null {
  if (at === null) return null;
  const { network, nv } = at;
  return {
    revision: at.revision.split(/[_#]/)[0] ?? at.revision,
    buildDate: BUILD_DATE,
    imei: at.imeiReadable ? nv.imei : null,
    mode: MODE_OF_CFUN.get(at.cfun) ?? "offline",
    offlineReason: 0,
    hardwareRestricted: false,
    canGoOnline: at.cfun !== 5 && at.cfun !== 7,
    registered: at.registered,
    registration: at.registration,
    sim: network.sim,
    plmn: network.plmn,
    operator: network.operator,
    apn: network.apn,
    ipv4: network.ipv4,
    ipv6: network.ipv6,
    bandGw: BigInt(nv.bandGw),
    bandLte: BigInt(nv.bandLte),
    signal: at.registered ? SIGNAL : null,
  };
}
