import type { SaharaPacket } from "../protocol/sahara.js";
import type { FirehoseElement } from "../protocol/firehose/xml.js";
import { isDiagCommand } from "../protocol/diag.js";

/** One thing a host did to a module. */
export type HostAct =
  | { readonly kind: "at"; readonly port: number; readonly text: string }
  /** Payload of a DIAG frame, in hex, without CRC and flag. */
  | { readonly kind: "diag"; readonly payload: string }
  | { readonly kind: "sahara"; readonly packet: SaharaPacket }
  | { readonly kind: "firehose"; readonly element: FirehoseElement }
  /** Bytes of a programmer or an image; neighbours are summed up. */
  | { readonly kind: "raw"; readonly bytes: number };

/** Everything a host did to one module, in order, since this process opened the world. */
export class Recorder {
  readonly #acts: HostAct[] = [];

  get acts(): readonly HostAct[] {
    return this.#acts;
  }

  note(act: HostAct): void {
    const last = this.#acts.at(-1);
    if (act.kind === "raw" && last?.kind === "raw")
      this.#acts[this.#acts.length - 1] = { kind: "raw", bytes: last.bytes + act.bytes };
    else this.#acts.push(act);
  }

  /** True when an erase, a program or the frame that leads to EDL was sent: what a refusing command must never do. */
  wroteAnything(): boolean {
    return this.#acts.some((act) => {
      if (act.kind === "firehose") return act.element.name === "erase" || act.element.name === "program";
      if (act.kind !== "diag") return false;
      const payload = Uint8Array.from(act.payload.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
      return isDiagCommand(payload, "enterEdl") || isDiagCommand(payload, "download");
    });
  }

  /** The AT commands of all ports, in order. */
  atCommands(): string[] {
    return this.#acts.flatMap((act) => (act.kind === "at" ? [act.text] : []));
  }

  clear(): void {
    this.#acts.length = 0;
  }
}
