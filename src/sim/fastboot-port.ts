import { latin1, toLatin1 } from "../protocol/at/lines.js";
import type { Pipe, UsbFunction } from "./pipe.js";

export interface FastbootSetup {
  readonly pipe: Pipe;
  readonly chipSerial: number;
  /** Starts the firmware. */
  restart(): void;
  /** Starts fastboot again. */
  again(): void;
}

/**
 * Fastboot, as far as a host needs to see what it has and to lead it out: one command a transfer, answers that begin
 * with INFO, OKAY or FAIL (Android's fastboot protocol). It writes nothing. Expected: nobody recorded an EC25's.
 */
export class FastbootPort implements UsbFunction {
  readonly #setup: FastbootSetup;

  constructor(setup: FastbootSetup) {
    this.#setup = setup;
  }

  receive(transfer: Uint8Array): "taken" {
    const command = latin1(transfer);
    const variable = /^getvar:(?<name>.*)$/s.exec(command)?.groups?.["name"];
    if (variable === "all") {
      for (const [name, value] of this.#variables()) this.#say(`INFO${name}:${value}`);
      this.#say("OKAY");
    } else if (variable !== undefined) this.#say(`OKAY${this.#variables().get(variable) ?? ""}`);
    else if (command === "reboot" || command === "continue") this.#leave(() => this.#setup.restart());
    else if (command === "reboot-bootloader") this.#leave(() => this.#setup.again());
    else this.#say("FAILunknown command");
    return "taken";
  }

  #variables(): ReadonlyMap<string, string> {
    const serial = this.#setup.chipSerial.toString(16).padStart(8, "0");
    return new Map([
      ["version", "0.4"],
      ["product", "MDM9607"],
      ["serialno", serial],
    ]);
  }

  #leave(go: () => void): void {
    this.#say("OKAY");
    go();
  }

  #say(text: string): void {
    this.#setup.pipe.send(toLatin1(text));
  }
}
