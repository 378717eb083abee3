import type { QmiErrorName } from "../../protocol/qmi/errors.js";
import type { Tlv } from "../../protocol/qmi/tlv.js";
import type { QmiHost, QmiState } from "./state.js";

export type IpFamily = 4 | 6;

/** News a client asked for. */
export type Subscription = "serving-system" | "system-info" | "operating-mode";

/** What the module keeps for one client id until it is released. */
export interface ClientMemory {
  /** Null: not chosen, the first family the network gives. */
  ipFamily: IpFamily | null;
  /** The data call this client started. */
  call: { readonly handle: number; readonly family: IpFamily } | null;
  readonly wants: Set<Subscription>;
}

export function newClient(): ClientMemory {
  return { ipFamily: null, call: null, wants: new Set() };
}

/** One request as its handler meets it. */
export interface Call {
  readonly state: QmiState;
  readonly host: QmiHost;
  readonly client: ClientMemory;
  readonly tlvs: readonly Tlv[];
}

export interface Reply {
  readonly error: QmiErrorName;
  readonly tlvs: readonly Tlv[];
}

/** Messages by number, with what answers each. A number that is not here is answered InvalidQmiCommand. */
export type Service = Readonly<Record<number, (call: Call) => Reply>>;

/** An unasked message to one client. */
export interface News {
  readonly message: number;
  readonly tlvs: readonly Tlv[];
}

export const ok = (...tlvs: Tlv[]): Reply => ({ error: "None", tlvs });
export const fail = (error: QmiErrorName, ...tlvs: Tlv[]): Reply => ({ error, tlvs });
/** For settings that change nothing a read shows. */
export const accepted = (): Reply => ok();
