import type { BootSwitches } from "./boot.js";
import type { EdlSwitches } from "./edl/switches.js";
import type { Fault } from "./faults.js";
import type { Registration, SimState } from "./network.js";
import type { Nv } from "./nv.js";
import type { UsbMode, UsbStrings, UsbSwitches } from "./usb.js";

/** A NAND by the tag vendors put into file names. */
export type GeometryName = "p4K_b256K" | "p2K_b128K";
export type MapName = "EC25_EFA" | "EC25_EUGA" | "EG25_GGB";

/** A partition map by name; `efs2LongerByBlocks` moves all that lies behind EFS2 up. */
export interface MapChoice {
  readonly name: MapName;
  readonly efs2LongerByBlocks: number;
}

export interface NandSetup {
  readonly geometry: GeometryName;
  readonly blockCount: number;
  /** The map the module left the factory with, and has. */
  readonly map: MapChoice;
  readonly badBlocks: readonly number[];
}

export interface Network {
  readonly sim: SimState;
  /** What a healthy module with a SIM that works comes to. */
  readonly registration: Registration;
  readonly operator: string;
  /** Digits of country and network code, as `AT+QNWINFO` joins them. */
  readonly plmn: string;
  readonly apn: string;
  /** Addresses the network gives; null where it gives none. */
  readonly ipv4: string | null;
  readonly ipv6: string | null;
  /** Families a ping gets through on. */
  readonly pingable: readonly ("ipv4" | "ipv6")[];
}

/** Milliseconds at time scale 1. */
export interface Timing {
  /** Power to the five interfaces on the bus. */
  readonly usbUpMs: number;
  /** Power to `RDY`: about 10 s (domain.md 2, `AT+CFUN=1,1`). AT is silent before. */
  readonly readyMs: number;
  /** `RDY` to the first whole answer of `AT+QGMR`; `.00.000` before. */
  readonly appReadyMs: number;
  /** `RDY` to registration. */
  readonly registerMs: number;
  /** DIAG frame to leaving the bus. */
  readonly leaveMs: number;
  /** Leaving the bus to EDL: together 1 to 2 s on the rig. */
  readonly edlMs: number;
  readonly programmerStartMs: number;
  readonly atAnswerMs: number;
  /** `AT+COPS=?`: up to three minutes (3GPP 27.007 sets no limit). */
  readonly networkScanMs: number;
  readonly pingMs: number;
  readonly eraseBlockMs: number;
  /** How fast bulk transfers go. */
  readonly bytesPerMs: number;
}

/** Behaviours that differ between modules or that nobody has seen; tests run both ways. */
export interface Switches extends BootSwitches, EdlSwitches, UsbSwitches {
  /** AT ports take commands and say nothing. */
  readonly atSilent: boolean;
  /** `AT+QGMR`: the old EC20 on MDM9215 says ERROR (forums.quectel.com 25138). */
  readonly longRevision: "answered" | "error";
  /** `AT+QHVN?`: one source knows it (domain.md 2). */
  readonly hardwareVersion: "answered" | "error";
  /** `AT+QPOWD`: one board's notes say ERROR (domain.md 2). */
  readonly powerDown: "answered" | "error";
  /** AT answers come in pieces of odd sizes. */
  readonly atChunks: boolean;
  /** The DM port streams log frames between its answers. */
  readonly diagChatty: boolean;
  readonly edlEcho: boolean;
}

/** What a device says of itself where it is no EC25: a clone, a neighbour, a phone in EDL. */
export interface Identity {
  /** First two lines of ATI; a null model is that of the running firmware. */
  readonly maker: string;
  readonly model: string | null;
  /** USB strings of a running firmware; null leaves them to `usbStrings`. */
  readonly strings: UsbStrings | null;
  /** What Sahara's command mode says of the chip, in hex: `0x000480e100000000` on every EC25 that was read (domain.md 2.3). */
  readonly chip: string;
  /** A boot ROM that is fused for other signatures refuses the programmer (expected: nobody tried an EC25's on a phone). */
  readonly programmer: "accepted" | "refused";
}

export interface ModuleSetup {
  readonly portPath: string;
  readonly hardware: {
    /** `EC25AFA`. */
    readonly hardwareCode: string;
    /** First line of the shield, or what is believed to be on it. */
    readonly label: string;
    readonly chipSerial: number;
  };
  readonly nand: NandSetup;
  /** What is on it when the world is made. */
  readonly firmware: { readonly revision: string };
  readonly identity: Identity;
  readonly startsIn: UsbMode;
  readonly nv: Nv;
  readonly network: Network;
  readonly timing: Timing;
  readonly switches: Switches;
  readonly faults: readonly Fault[];
}

/** A release that the scenario's index offers. */
export interface ReleaseSetup {
  readonly revision: string;
  readonly hardwareCode: string;
  readonly geometry: GeometryName;
  readonly blockCount: number;
  readonly map: MapChoice;
  /** Sizes in bytes of generated images that differ from the usual ones. */
  readonly sizes: Readonly<Partial<Record<ImageName, number>>>;
  readonly seed: number;
}

export type ImageName =
  | "sbl"
  | "tz"
  | "rpm"
  | "aboot"
  | "boot"
  | "modem"
  | "recoveryfs"
  | "system"
  | "programmer";

/** A crossing the scenario's index allows. */
export interface EdgeSetup {
  /** Whole; the edge leads from it to the scenario's release. */
  readonly fromRevision: string;
  readonly testedUnits: number;
}

/** One situation of the virtual EC25, as data. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly modules: readonly ModuleSetup[];
  readonly release: ReleaseSetup;
  readonly edges: readonly EdgeSetup[];
  /** What `flash` with the label ends with, and `recover` where the story goes on. */
  readonly expect: {
    readonly flash: { readonly outcome: string; readonly exit: number };
    readonly recover: { readonly outcome: string; readonly exit: number } | null;
    /** Verdict of `check` with nothing declared, by port path; the modules the scenario says nothing of are left out. */
    readonly check: Readonly<Record<string, string>>;
  };
}
