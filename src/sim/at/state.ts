import type { Registration } from "../network.js";
import type { Nv, NvChange } from "../nv.js";
import type { ModuleSetup, Network } from "../scenario.js";

/** What the AT side knows of its module at the moment of a command. */
export interface AtState {
  /** As `AT+QGMR` gives it. */
  readonly revision: string;
  readonly hardwareCode: string | null;
  readonly cfun: number;
  readonly appReady: boolean;
  readonly registered: boolean;
  readonly registration: Registration;
  readonly imeiReadable: boolean;
  readonly nv: Nv;
  readonly network: Network;
  readonly dataCall: boolean;
}

/** The commands that report registration; their `<n>` is 0 silent, 1 state, 2 state and cell (3GPP 27.007). */
export const REGISTRATION_COMMANDS = ["+CREG", "+CGREG", "+CEREG"] as const;
export type RegistrationCommand = (typeof REGISTRATION_COMMANDS)[number];

/** What a host has set on one AT port. Ends with the power; that a port keeps its own is expected. */
export interface PortSettings {
  readonly echo: boolean;
  /** Null until a host says one: numbers then, but for `AT+CIMI` (domain.md 2, PANDA). */
  readonly cmee: 0 | 1 | 2 | null;
  readonly registration: Readonly<Record<RegistrationCommand, 0 | 1 | 2>>;
  /** Kinds of `+QIND` that are on, of those that are off at first. */
  readonly indications: readonly string[];
  /** `AT+COPS=3,n`: the operator by name, or by digits. */
  readonly operatorFormat: 0 | 1 | 2;
}

export const FRESH_PORT: PortSettings = {
  echo: true,
  cmee: null,
  registration: { "+CREG": 0, "+CGREG": 0, "+CEREG": 0 },
  indications: [],
  operatorFormat: 0,
};

/** All that an answer is made of. */
export interface AtContext extends AtState {
  readonly port: PortSettings;
  /** What does not change: hardware, how it left the factory, switches. */
  readonly module: ModuleSetup;
}

/** What a command does besides answering; the port carries it out. */
export type AtAct =
  | { readonly kind: "port"; readonly change: Partial<PortSettings> }
  | { readonly kind: "cfun"; readonly value: number; readonly restart: boolean }
  | { readonly kind: "nv"; readonly change: NvChange }
  | { readonly kind: "data-call"; readonly on: boolean }
  | { readonly kind: "ping"; readonly target: string; readonly count: number }
  | { readonly kind: "indicate"; readonly indication: string }
  | { readonly kind: "power-down" }
  | { readonly kind: "fastboot" };

export type AtResult =
  | {
      readonly kind: "ok";
      readonly lines: readonly string[];
      readonly acts: readonly AtAct[];
      /** How long the port takes no other command. */
      readonly blocksMs: number;
    }
  /** `cme` null is a bare ERROR. */
  | { readonly kind: "error"; readonly cme: CmeCode | null };

export type Answer = (context: AtContext) => AtResult;

/** By the exact text behind `AT` in capitals. */
export type Answers = Readonly<Record<string, Answer>>;

/** A set form: null when the text is none of its own. The text is in capitals, `typed` as the host wrote it. */
export type SetForm = (text: string, context: AtContext, typed: string) => AtResult | null;

/** CME numbers that this modem gives, and their texts (domain.md 2; the words of 3GPP 27.007, 9.2). */
export const CME_TEXT = {
  0: "Phone failure",
  3: "Operation not allowed",
  4: "Operation not supported",
  10: "SIM not inserted",
  11: "SIM PIN required",
  12: "SIM PUK required",
  13: "SIM failure",
  14: "SIM busy",
} as const;
export type CmeCode = keyof typeof CME_TEXT;

export function ok(...lines: string[]): AtResult {
  return { kind: "ok", lines, acts: [], blocksMs: 0 };
}

export function does(...acts: AtAct[]): AtResult {
  return { kind: "ok", lines: [], acts, blocksMs: 0 };
}

export function cme(code: CmeCode): AtResult {
  return { kind: "error", cme: code };
}

export const BARE_ERROR: AtResult = { kind: "error", cme: null };
