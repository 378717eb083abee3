import { AtPort } from "./at-modem.js";
import type { AtState } from "./at-state.js";
import { type BootOutcome, hardwareCodeOf } from "./boot.js";
import { DiagPort } from "./diag-port.js";
import type { Faults } from "./faults.js";
import { QmiPort } from "./qmi/port.js";
import { qmiStateOf } from "./qmi/state.js";
import { NmeaPort } from "./nmea-port.js";
import type { Nv, NvChange } from "./nv.js";
import type { Pipe } from "./pipe.js";
import type { Recorder } from "./recorder.js";
import type { Timers } from "./scheduler.js";
import type { ModuleSetup } from "./scenario.js";
import { AT_INTERFACES, DM_INTERFACE, NMEA_INTERFACE } from "./usb.js";

export interface NormalSetup {
  readonly setup: ModuleSetup;
  readonly outcome: BootOutcome & { kind: "normal" };
  readonly nv: () => Nv;
  /** Lasts beyond the power and beyond a flash. */
  readonly updateNv: (change: NvChange) => void;
  readonly timers: Timers;
  readonly recorder: Recorder;
  readonly faults: Faults;
  readonly openPipe: (interfaceNumber: number) => Pipe;
  readonly enterEdl: () => void;
  readonly restart: () => void;
  readonly powerDown: () => void;
}

/** The firmware that runs: its four serial interfaces, its radio, its boot URCs. Ends with the power. */
export class NormalMode {
  readonly #parts: NormalSetup;
  #at: AtPort[] = [];
  #cfun: number;
  #ready = false;
  #appReady = false;
  #registered = false;
  #dataCall = false;
  /** Interface 4. */
  readonly qmi: QmiPort;

  constructor(parts: NormalSetup) {
    this.#parts = parts;
    this.#cfun = parts.outcome.cfun;
    const { restart, powerDown } = parts;
    this.qmi = new QmiPort({
      qmiState: () => qmiStateOf(this.#state()),
      setFunctionality: (value) => this.#setFunctionality(value),
      restart,
      powerDown,
    });
  }

  /** Opens the interfaces. */
  plug(): void {
    const { setup, outcome, recorder, timers, faults, openPipe, enterEdl, updateNv, restart, powerDown } =
      this.#parts;
    const { timing, switches } = setup;
    const diag = openPipe(DM_INTERFACE);
    diag.connect(
      new DiagPort({
        pipe: diag,
        recorder,
        timers,
        faults,
        enterEdl,
        revision: () => outcome.revision,
        chatty: switches.diagChatty,
        echo: switches.edlEcho,
      }),
    );
    const nmea = openPipe(NMEA_INTERFACE);
    nmea.connect(new NmeaPort(nmea, timers));
    this.#at = AT_INTERFACES.map((interfaceNumber) => {
      const pipe = openPipe(interfaceNumber);
      const port = new AtPort({
        interfaceNumber,
        pipe,
        recorder,
        timers,
        answerMs: timing.atAnswerMs,
        pingMs: timing.pingMs,
        module: setup,
        chunked: switches.atChunks,
        host: {
          atState: () => this.#atState(),
          setFunctionality: (value) => this.#setFunctionality(value),
          setDataCall: (on) => {
            this.#dataCall = on;
          },
          updateNv,
          restart,
          powerDown,
        },
      });
      pipe.connect(port);
      return port;
    });
  }

  /** `RDY`, then the boot URCs (domain.md 2), then the network. `settled`: all of that is long past. */
  becomeReady(settled: boolean): void {
    const { setup, timers } = this.#parts;
    const { timing, network, switches } = setup;
    this.#ready = true;
    if (settled) {
      this.#appReady = true;
      this.#register();
      return;
    }
    const say = (ms: number, text: string) =>
      timers.after(ms, () => {
        if (!switches.atSilent) for (const port of this.#at) port.urc(text);
      });
    const sim = network.sim === "ready" ? ["+CPIN: READY", "+QUSIM: 1"] : [];
    const urcs = ["RDY", `+CFUN: ${this.#cfun}`, ...sim, "+QIND: SMS DONE", "+QIND: PB DONE"];
    urcs.forEach((text, index) => say((index * timing.appReadyMs) / urcs.length, text));
    timers.after(timing.appReadyMs, () => {
      this.#appReady = true;
    });
    timers.after(timing.registerMs, () => this.#register());
  }

  #register(): void {
    const { network } = this.#parts.setup;
    this.#registered = this.#cfun === 1 && network.registers && network.sim === "ready";
    this.#changed();
  }

  #atState(): AtState | null {
    return this.#parts.setup.switches.atSilent ? null : this.#state();
  }

  /** What the running firmware knows of itself; null until it runs. */
  #state(): AtState | null {
    const { setup, outcome, nv } = this.#parts;
    if (!this.#ready) return null;
    return {
      revision: outcome.revision,
      hardwareCode: hardwareCodeOf(outcome.revision),
      cfun: this.#cfun,
      appReady: this.#appReady,
      registered: this.#registered,
      imeiReadable: outcome.imeiReadable,
      nv: nv(),
      network: setup.network,
      dataCall: this.#dataCall,
    };
  }

  #setFunctionality(value: number): void {
    const { setup, timers } = this.#parts;
    this.#cfun = value;
    if (value !== 1) {
      this.#registered = false;
      this.#dataCall = false;
    } else if (!this.#registered) timers.after(setup.timing.registerMs, () => this.#register());
    this.#changed();
  }

  /** Tells the hosts that asked to be told. */
  #changed(): void {
    for (const port of this.#at) port.changed();
    this.qmi.changed();
  }
}
