import { toLatin1 } from "../protocol/at/lines.js";
import type { Pipe, UsbFunction } from "./pipe.js";
import type { Timers } from "./scheduler.js";

/** A position nobody has: no fix. */
const SENTENCE = "$GPGGA,,,,,,0,,,,,,,,*66\r\n";
const PERIOD_MS = 1000;

/** The NMEA port: takes everything, answers nothing, streams sentences while a host listens. */
export class NmeaPort implements UsbFunction {
  readonly #pipe: Pipe;
  readonly #timers: Timers;

  constructor(pipe: Pipe, timers: Timers) {
    this.#pipe = pipe;
    this.#timers = timers;
  }

  receive(): "taken" {
    return "taken";
  }

  opened(): void {
    this.#stream();
  }

  closed(): void {
    this.#pipe.forget();
  }

  #stream(): void {
    if (!this.#pipe.alive || !this.#pipe.held) return;
    this.#pipe.send(toLatin1(SENTENCE));
    this.#timers.after(PERIOD_MS, () => this.#stream(), { fromNow: true });
  }
}
