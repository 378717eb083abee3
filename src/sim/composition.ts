import type { UsbEndpoint, UsbInterface } from "../core/bus.js";
import type { Nv } from "./nv.js";

/** What an interface is for; the class triple alone does not say it (domain.md 3.1). */
export type Role =
  | "dm"
  | "nmea"
  | "at"
  | "modem"
  | "qmi"
  | "ecm"
  | "ecm-data"
  | "mbim"
  | "mbim-data"
  | "rndis"
  | "rndis-data"
  | "adb"
  | "audio-control"
  | "audio-in"
  | "audio-out"
  | "loader"
  | "fastboot";

/** An interface as the module has it. A host that looks at setting 0, as `UsbInterface` does, sees a part of it. */
export interface FunctionInterface extends UsbInterface {
  readonly role: Role;
  /** Endpoints of alternate setting 1; null where there is only setting 0. */
  readonly alternate: readonly UsbEndpoint[] | null;
}

/** The part of NV that says which functions a starting module shows. */
export type UsbChoice = Pick<Nv, "usbnet" | "usbcfg">;

/** Nobody documents where ADB goes: behind the others, or before them all (domain.md 3.1). */
export type AdbPlace = "last" | "first";

type Slot = "in" | "out" | "note" | "iso-in" | "iso-out";

interface Shape {
  readonly role: Role;
  readonly triple: readonly [number, number, number];
  /** Endpoints in the order of their descriptors. */
  readonly slots: readonly Slot[];
  readonly alternate?: readonly Slot[];
  readonly serial?: true;
}

const serial = (role: Role): Shape => ({
  role,
  triple: [0xff, 0, 0],
  slots: ["note", "in", "out"],
  serial: true,
});
const DIAG: Shape = { role: "dm", triple: [0xff, 0xff, 0xff], slots: ["in", "out"], serial: true };
const QMI: Shape = { role: "qmi", triple: [0xff, 0xff, 0xff], slots: ["note", "in", "out"] };
/** The data interfaces of ECM and MBIM have no endpoints in setting 0 (Qualcomm's f_qc_ecm.c and f_mbim.c; expected). */
const ECM: readonly Shape[] = [
  { role: "ecm", triple: [0x02, 0x06, 0x00], slots: ["note"] },
  { role: "ecm-data", triple: [0x0a, 0, 0], slots: [], alternate: ["in", "out"] },
];
const MBIM: readonly Shape[] = [
  { role: "mbim", triple: [0x02, 0x0e, 0x00], slots: ["note"] },
  { role: "mbim-data", triple: [0x0a, 0, 0x02], slots: [], alternate: ["in", "out"] },
];
const RNDIS: readonly Shape[] = [
  { role: "rndis", triple: [0xe0, 0x01, 0x03], slots: ["note"] },
  { role: "rndis-data", triple: [0x0a, 0, 0], slots: ["in", "out"] },
];
const ADB: Shape = { role: "adb", triple: [0xff, 0x42, 0x01], slots: ["in", "out"] };
/** As a captured `usb/devices` shows them behind QMI, 0x8a and 0x06. */
const AUDIO: readonly Shape[] = [
  { role: "audio-control", triple: [0x01, 0x01, 0], slots: [] },
  { role: "audio-in", triple: [0x01, 0x02, 0], slots: [], alternate: ["iso-in"] },
  { role: "audio-out", triple: [0x01, 0x02, 0], slots: [], alternate: ["iso-out"] },
];

/** `usbnet`: 0 QMI, 1 ECM, 2 MBIM, 3 RNDIS (domain.md 2). */
const NETWORKS: readonly (readonly Shape[])[] = [[QMI], ECM, MBIM, RNDIS];
const RNDIS_MODE = 3;

/**
 * The interfaces of a running firmware, in order: RNDIS stands before DIAG, the other network functions behind the modem
 * port (domain.md 3.1). What is off leaves no gap, in numbers of interfaces and of endpoints alike (expected).
 */
export function compositionOf(
  { usbnet, usbcfg }: UsbChoice,
  { adbPlace, firstTty }: { adbPlace: AdbPlace; firstTty: number },
): FunctionInterface[] {
  const network = usbcfg.rmnet ? (NETWORKS[usbnet] ?? []) : [];
  const adb = usbcfg.adb ? [ADB] : [];
  const leads = usbnet === RNDIS_MODE;
  return numbered(
    [
      leads ? network : [],
      adbPlace === "first" ? adb : [],
      usbcfg.diag ? [DIAG] : [],
      usbcfg.nmea ? [serial("nmea")] : [],
      usbcfg.at ? [serial("at")] : [],
      usbcfg.modem ? [serial("modem")] : [],
      leads ? [] : network,
      adbPlace === "last" ? adb : [],
      usbcfg.uac ? AUDIO : [],
    ],
    firstTty,
  );
}

/** The one interface of the boot ROM and of dump mode. */
export function loaderInterfaces(): FunctionInterface[] {
  return numbered([[{ role: "loader", triple: [0xff, 0xff, 0xff], slots: ["in", "out"] }]], 0);
}

/** The one interface of the boot loader's fastboot. */
export function fastbootInterfaces(): FunctionInterface[] {
  return numbered([[{ role: "fastboot", triple: [0xff, 0x42, 0x03], slots: ["in", "out"] }]], 0);
}

/** Inside a function bulk IN is numbered first, then bulk OUT, then the interrupt: it gives every address that was seen. */
const NUMBERING: readonly Slot[] = ["in", "out", "note", "iso-in", "iso-out"];

function numbered(functions: readonly (readonly Shape[])[], firstTty: number): FunctionInterface[] {
  const last = { in: 0, out: 0 };
  let tty = firstTty;
  const interfaces: FunctionInterface[] = [];
  for (const shapes of functions) {
    const used = new Set(shapes.flatMap(({ slots, alternate = [] }) => [...slots, ...alternate]));
    const endpoints = new Map(
      NUMBERING.filter((slot) => used.has(slot)).map((slot) => [slot, nextEndpoint(slot, last)]),
    );
    const found = (slots: readonly Slot[]) => slots.flatMap((slot) => endpoints.get(slot) ?? []);
    for (const { role, triple, slots, alternate, serial: isSerial } of shapes) {
      const [classCode, subclass, protocol] = triple;
      interfaces.push({
        role,
        number: interfaces.length,
        classCode,
        subclass,
        protocol,
        endpoints: found(slots),
        alternate: alternate === undefined ? null : found(alternate),
        tty: isSerial === true ? `/dev/ttyUSB${tty++}` : null,
      });
    }
  }
  return interfaces;
}

function nextEndpoint(slot: Slot, last: { in: number; out: number }): UsbEndpoint {
  const kind = slot === "note" ? "interrupt" : slot.startsWith("iso") ? "isochronous" : "bulk";
  const isOut = slot === "out" || slot === "iso-out";
  return { address: isOut ? (last.out += 1) : 0x80 | (last.in += 1), kind };
}
