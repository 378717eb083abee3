import type { Testimony, UsbDevice, Witness } from "../../core/bus.js";
import { UNREAD } from "../../core/reading.js";
import { revisionText } from "../../protocol/capture/revision-text.js";
import { type MmcliModem, parseMmcliList, parseMmcliModem } from "../../protocol/mmcli.js";
import { findProgram, runProgram } from "../program.js";

/** It answers from memory; a service that hangs would have mmcli wait for 30 s. */
const LIMIT_MS = 10_000;

/** How a modem of ModemManager is looked for; `nothing` when it is not there, or nobody can tell. */
export type MmcliSearch =
  | { readonly kind: "modem"; readonly program: string; readonly modem: MmcliModem }
  | { readonly kind: "nothing"; readonly why: string };

/** ModemManager, asked by mmcli. It answers from what it knows; nothing is sent to the module for it. */
export const mmcliWitness: Witness = {
  name: "mmcli",
  async ask(device, signal): Promise<Testimony> {
    const found = await findModem(device, signal);
    return found.kind === "nothing" ? found : { kind: "said", said: saidBy(found.modem) };
  },
};

/** The modem ModemManager made of this device: the one that has a port of it. */
export async function findModem(device: UsbDevice, signal?: AbortSignal): Promise<MmcliSearch> {
  const program = await findProgram("mmcli");
  if (program === null) return { kind: "nothing", why: "not installed" };
  const listed = await runProgram(program, ["-L", "-J"], { limitMs: LIMIT_MS, signal });
  const paths = listed.code === 0 ? parseMmcliList(listed.stdout) : null;
  if (paths === null) return { kind: "nothing", why: "ModemManager does not answer" };
  const ports = device.interfaces.flatMap(({ tty }) => (tty === null ? [] : [tty.replace("/dev/", "")]));
  for (const path of paths) {
    const shown = await runProgram(program, ["-m", path, "-J"], { limitMs: LIMIT_MS, signal });
    const modem = shown.code === 0 ? parseMmcliModem(shown.stdout) : null;
    if (modem?.ports.some((port) => ports.includes(port)) === true) return { kind: "modem", program, modem };
  }
  return { kind: "nothing", why: "ModemManager does not know this module (yet)" };
}

/**
 * Its power state is the operating mode it read by QMI (`on` is online). Its bands are not `AT+QCFG="band"`, its SIM is
 * an object, and it may have no IMEI for reasons of its own: of those it says nothing here.
 */
function saidBy(modem: MmcliModem) {
  const revision = modem.revision === null ? null : revisionText(modem.revision);
  return {
    ...UNREAD,
    maker: modem.manufacturer,
    modelText: modem.model,
    revisions: revision === null ? [] : [{ text: revision.text, from: "mmcli" }],
    registration: modem.registration,
    operator: modem.operator,
    imei: modem.imei === null ? UNREAD.imei : ({ kind: "present", imei: modem.imei } as const),
    sim: modem.lock === "sim-pin" ? "SIM PIN" : modem.lock === "sim-puk" ? "SIM PUK" : null,
    qmiMode: POWER[modem.powerState ?? ""] ?? null,
  };
}

/** `MMModemPowerState` as the QMI operating mode it comes from (ModemManager, mm-broadband-modem-qmi.c). */
const POWER: Readonly<Record<string, string>> = { on: "online", low: "low-power", off: "offline" };
