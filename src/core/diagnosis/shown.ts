/** What the questions of a diagnosis say besides a reading. Null is "not asked or not answered", never "no". */
export interface NetworkShown {
  /** Radio technologies it may look for: 0 is all of them. */
  readonly scanMode: number | null;
  readonly contexts: readonly PdpContext[] | null;
  /** `AT+CSQ` as a level of 0 to 31; `none` for its 99. */
  readonly signal: number | "none" | null;
  /** Reference signal power of the cell in dBm, where LTE says it. */
  readonly rsrpDbm: number | null;
  readonly service: "service" | "none" | null;
  readonly attached: boolean | null;
}

export interface PdpContext {
  readonly id: number;
  /** `IP`, `IPV6`, `IPV4V6`. */
  readonly type: string;
  readonly apn: string;
}

export const NOTHING_SHOWN: NetworkShown = {
  scanMode: null,
  contexts: null,
  signal: null,
  rsrpDbm: null,
  service: null,
  attached: null,
};

/** Signs of the host and its power: read on it, or told by its logs in a text. */
export interface HostSigns {
  /** Whether the network function takes IP packets without Ethernet frames, as the module sends them (domain.md 5.3). */
  readonly rawIp: boolean | null;
  /** Lines that speak of power: under-voltage, over-current, USB error -71. As they stand, a few of them. */
  readonly power: readonly string[];
  /** A DHCP client got no lease on a data call that stood. */
  readonly dhcpFailed: boolean;
  /** How often the module was seen to start. */
  readonly starts: number;
}

export const NO_SIGNS: HostSigns = { rawIp: null, power: [], dhcpFailed: false, starts: 0 };

/** One question and all lines of its answer, with its final result; null where none came in time. */
export interface AskedAnswer {
  readonly command: string;
  readonly lines: readonly string[] | null;
}
