import { EcflashError } from "../core/errors.js";

/**
 * What INT, TERM and HUP do. Before the first write they end the run at once (130). Inside the write the first says
 * what stopping means and the write goes on; the second stops it, and the module waits in EDL for `ecflash recover`.
 */
export class StopSwitch {
  readonly #outside = new AbortController();
  readonly #inside = new AbortController();
  #writing = false;
  #asked = 0;
  #speak: (text: string) => void = () => undefined;

  /** Aborted when a run that has not begun to write must end. */
  get signal(): AbortSignal {
    return this.#outside.signal;
  }

  /** Aborted when the user insists inside the write. */
  get insideWrite(): AbortSignal {
    return this.#inside.signal;
  }

  enterWrite(speak: (text: string) => void): void {
    this.#outside.signal.throwIfAborted();
    this.#writing = true;
    this.#speak = speak;
  }

  /** The write ended, by completing or by failing. A stop that was asked for inside it is answered by having gone on. */
  leaveWrite(): void {
    this.#writing = false;
    this.#asked = 0;
  }

  /** One signal from the user. `name` is `SIGINT`, `SIGTERM` or `SIGHUP`. */
  request(name: string): void {
    if (!this.#writing) {
      this.#outside.abort(new EcflashError("interrupted", { signal: name }));
      return;
    }
    // A closed terminal hangs up twice, by the kernel and by the shell: one wish, and nobody is left there to insist.
    if (name === "SIGHUP" && this.#asked > 0) return;
    this.#asked += 1;
    if (this.#asked === 1) {
      this.#speak(
        `${name}: the module is being written and has no bootable firmware now. Going on to the end is the safe way out. ` +
          "Once more to stop after the item that is being written: the module then waits in EDL for `ecflash recover`.",
      );
    } else {
      this.#inside.abort(new EcflashError("interrupted", { signal: name }));
    }
  }
}
