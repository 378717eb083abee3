import type { Faults } from "../faults.js";
import type { ProgrammerState } from "./programmer-state.js";
import { BULK_PACKET_BYTES } from "../usb.js";

/**
 * Where a transfer ends for a programmer that waits for the empty packet: at a short packet, or at an empty one. Until
 * then it has nothing; what comes later is joined to what is there (expected).
 */
export class OutTransfers {
  readonly #state: ProgrammerState;
  readonly #faults: Faults;

  constructor(state: ProgrammerState, faults: Faults) {
    this.#state = state;
    this.#faults = faults;
  }

  /** The transfer that ended with this one, or null while none has. */
  push(transfer: Uint8Array): Uint8Array | null {
    const state = this.#state;
    if (!state.awaitsZlp) return transfer.length === 0 ? null : transfer;
    const before = Buffer.from(state.unended, "base64");
    const doneBytes = (state.raw?.doneBytes ?? 0) + before.length;
    const lost =
      transfer.length === 0 && before.length > 0 && this.#faults.fires(["zlp-lost"], doneBytes) !== null;
    if (lost) return null;
    const joined = Uint8Array.from(Buffer.concat([before, transfer]));
    const goesOn = transfer.length > 0 && transfer.length % BULK_PACKET_BYTES === 0;
    state.unended = goesOn ? Buffer.from(joined).toString("base64") : "";
    return goesOn || joined.length === 0 ? null : joined;
  }
}
