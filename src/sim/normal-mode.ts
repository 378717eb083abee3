import { AtPort } from "./at/port.js";
import type { AtState } from "./at/state.js";
import { type BootOutcome, hardwareCodeOf } from "./boot.js";
import { DiagPort } from "./diag-port.js";
import type { Fault, Faults } from "./faults.js";
import { carriesData, type Registration } from "./network.js";
import { QmiPort } from "./qmi/port.js";
import { qmiStateOf } from "./qmi/state.js";
import { NmeaPort } from "./nmea-port.js";
import type { Nv, NvChange } from "./nv.js";
import type { Pipe } from "./pipe.js";
import type { Recorder } from "./recorder.js";
import type { Timers } from "./scheduler.js";
import type { ModuleSetup } from "./scenario.js";
import type { FunctionInterface, Role } from "./composition.js";
import type { EncapsulatedPort } from "./encapsulated-port.js";
import { macOf } from "./usb.js";
import { RndisPort } from "./rndis-port.js";

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
  readonly enterFastboot: () => void;
  readonly restart: () => void;
  readonly powerDown: () => void;
  readonly unplug: (fault: Fault) => void;
}

/** The firmware that runs: its serial interfaces, its radio, its boot URCs. Ends with the power. */
export class NormalMode {
  readonly #parts: NormalSetup;
  readonly #at: AtPort[] = [];
  #cfun: number;
  #ready = false;
  #appReady = false;
  /** What the search has come to by now. */
  #registration: Registration = "searching";
  #atMute = false;
  #dataCall = false;
  readonly #qmi: QmiPort;
  readonly #rndis: RndisPort;

  constructor(parts: NormalSetup) {
    this.#parts = parts;
    this.#cfun = parts.outcome.cfun;
    const { restart, powerDown } = parts;
    this.#rndis = new RndisPort(macOf(parts.setup.hardware.chipSerial));
    this.#qmi = new QmiPort({
      qmiState: () => qmiStateOf(this.#state()),
      setFunctionality: (value) => this.#setFunctionality(value),
      restart,
      powerDown,
    });
  }

  /** Opens the interfaces of its composition that answer. */
  plug(interfaces: readonly FunctionInterface[]): void {
    for (const { role, number } of interfaces) {
      if (role === "dm") this.#openDiag(number);
      else if (role === "nmea") this.#openNmea(number);
      else if (role === "at" || role === "modem") this.#openAt(number);
    }
  }

  /** The control channel of a network function; null where there is none. */
  encapsulated(role: Role): EncapsulatedPort | null {
    if (role === "qmi") return this.#qmi;
    return role === "rndis" ? this.#rndis : null;
  }

  #openDiag(interfaceNumber: number): void {
    const { setup, outcome, recorder, timers, faults, openPipe, enterEdl } = this.#parts;
    const { switches } = setup;
    const pipe = openPipe(interfaceNumber);
    pipe.connect(
      new DiagPort({
        pipe,
        recorder,
        timers,
        faults,
        enterEdl,
        revision: () => outcome.revision,
        chatty: switches.diagChatty,
        echo: switches.edlEcho,
      }),
    );
  }

  #openNmea(interfaceNumber: number): void {
    const { openPipe, timers } = this.#parts;
    const pipe = openPipe(interfaceNumber);
    pipe.connect(new NmeaPort(pipe, timers));
  }

  #openAt(interfaceNumber: number): void {
    const { setup, recorder, timers, openPipe, updateNv, enterFastboot, restart, powerDown } = this.#parts;
    const { timing, switches } = setup;
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
        answers: (command) => this.#answers(command),
        setFunctionality: (value) => this.#setFunctionality(value),
        setDataCall: (on) => {
          this.#dataCall = on;
        },
        updateNv,
        enterFastboot,
        restart,
        powerDown,
      },
    });
    pipe.connect(port);
    this.#at.push(port);
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
    if (this.#cfun === 1 && network.sim === "ready") this.#registration = network.registration;
    this.#changed();
  }

  /** Counts the command for the faults. False: it gets no answer. */
  #answers(command: string): boolean {
    const { faults, unplug } = this.#parts;
    faults.begin("at", command);
    const fault = faults.fires(["unplug", "stall", "silence"]);
    if (fault?.name === "unplug") unplug(fault);
    if (fault?.name === "stall") this.#atMute = true;
    return fault === null && !this.#atMute;
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
      registered: carriesData(this.#registration),
      registration: this.#registration,
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
      this.#registration = "searching";
      this.#dataCall = false;
    } else if (!carriesData(this.#registration))
      timers.after(setup.timing.registerMs, () => this.#register());
    this.#changed();
  }

  /** Tells the hosts that asked to be told. */
  #changed(): void {
    for (const port of this.#at) port.changed();
    this.#qmi.changed();
  }
}
