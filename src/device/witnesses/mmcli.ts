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
export function mmcliWitness(modems: MmcliModems): Witness {
  return {
    name: "mmcli",
    async ask(device, signal): Promise<Testimony> {
      const found = await modems.find(device, signal);
      return found.kind === "nothing" ? found : { kind: "said", said: saidBy(found.modem) };
    },
  };
}

type Listing =
  | { readonly program: string; readonly modems: readonly MmcliModem[] }
  | { readonly why: string };

/** The modems of ModemManager. Who looks for one while another looks shares its listing: mmcli runs once a modem, not once a pair. */
export class MmcliModems {
  readonly #program: () => Promise<string | null>;
  readonly #run: typeof runProgram;
  /** By who may stop them, so that no one's listing ends with another's wish. */
  readonly #underWay = new Map<AbortSignal | undefined, Promise<Listing>>();

  constructor({ program = () => findProgram("mmcli"), run = runProgram } = {}) {
    this.#program = program;
    this.#run = run;
  }

  /** The modem ModemManager made of this device: the one that has a port of it. */
  async find(device: UsbDevice, signal?: AbortSignal): Promise<MmcliSearch> {
    const listing = await this.#listing(signal);
    if ("why" in listing) return { kind: "nothing", why: listing.why };
    const { program, modems } = listing;
    const own = device.interfaces.flatMap(({ tty }) => (tty === null ? [] : [tty.replace("/dev/", "")]));
    const modem = modems.find(({ ports }) => ports.some((port) => own.includes(port)));
    if (modem !== undefined) return { kind: "modem", program, modem };
    return { kind: "nothing", why: "ModemManager does not know this module (yet)" };
  }

  #listing(signal: AbortSignal | undefined): Promise<Listing> {
    const already = this.#underWay.get(signal);
    if (already !== undefined) return already;
    const listing = this.#list(signal).finally(() => this.#underWay.delete(signal));
    this.#underWay.set(signal, listing);
    return listing;
  }

  async #list(signal: AbortSignal | undefined): Promise<Listing> {
    const program = await this.#program();
    if (program === null) return { why: "not installed" };
    const ask = (args: readonly string[]) => this.#run(program, args, { limitMs: LIMIT_MS, signal });
    const listed = await ask(["-L", "-J"]);
    const paths = listed.code === 0 ? parseMmcliList(listed.stdout) : null;
    if (paths === null) return { why: "ModemManager does not answer" };
    const modems: MmcliModem[] = [];
    for (const path of paths) {
      const shown = await ask(["-m", path, "-J"]);
      const modem = shown.code === 0 ? parseMmcliModem(shown.stdout) : null;
      if (modem !== null) modems.push(modem);
    }
    return { program, modems };
  }
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
    qmiMode: modem.qmiMode,
  };
}
