import { isDiagCommand } from "../protocol/diag.js";
import { encodeFrame, FrameReader } from "../protocol/hdlc.js";
import { toLatin1 } from "../protocol/at/lines.js";
import { toHex } from "../protocol/traffic/bytes.js";
import type { Faults } from "./faults.js";
import type { Pipe, UsbFunction } from "./pipe.js";
import type { Recorder } from "./recorder.js";
import type { Timers } from "./scheduler.js";

export interface DiagSetup {
  readonly pipe: Pipe;
  readonly recorder: Recorder;
  readonly timers: Timers;
  readonly faults: Faults;
  /** Null until the firmware runs. */
  revision(): string | null;
  enterEdl(): void;
  readonly chatty: boolean;
  readonly echo: boolean;
}

/** Answer to a command the module does not know: 0x13 and the command (Qualcomm's DIAG_BAD_CMD). */
const BAD_COMMAND = 0x13;
/** A log packet nobody asked for. */
const LOG_PACKET = 0x10;
const LOG_PERIOD_MS = 100;

/** The DM port: HDLC frames, the switch to EDL, the build id (domain.md 4.1). */
export class DiagPort implements UsbFunction {
  readonly #setup: DiagSetup;
  readonly #frames = new FrameReader();
  #logCount = 0;

  constructor(setup: DiagSetup) {
    this.#setup = setup;
  }

  receive(transfer: Uint8Array): "taken" {
    for (const frame of this.#frames.push(transfer)) {
      if (frame.kind === "frame") this.#answer(frame.payload);
    }
    return "taken";
  }

  opened(): void {
    if (this.#setup.chatty) this.#log();
  }

  closed(): void {
    this.#setup.pipe.forget();
  }

  #answer(payload: Uint8Array): void {
    const { pipe, recorder, faults } = this.#setup;
    recorder.note({ kind: "diag", payload: toHex(payload) });
    if (isDiagCommand(payload, "enterEdl")) {
      faults.begin("edl-switch");
      if (this.#setup.echo && faults.fires(["echo-missing"]) === null) pipe.send(encodeFrame(payload));
      // A stalled switch is taken and nothing happens: some products block it.
      if (faults.fires(["stall"]) === null) this.#setup.enterEdl();
      return;
    }
    const revision = this.#setup.revision();
    if (isDiagCommand(payload, "buildId") && revision !== null)
      pipe.send(encodeFrame(buildIdAnswer(revision)));
    else if (isDiagCommand(payload, "version")) pipe.send(encodeFrame(versionAnswer()));
    else pipe.send(encodeFrame(Uint8Array.from([BAD_COMMAND, ...payload])));
  }

  #log(): void {
    const { pipe, timers } = this.#setup;
    if (!pipe.alive || !pipe.held) return;
    // The bytes 0x7d and 0x7e inside make sure that a host unescapes.
    this.#logCount = (this.#logCount + 1) % 256;
    pipe.send(encodeFrame(Uint8Array.from([LOG_PACKET, 0, 8, 0, 0x7e, 0x7d, this.#logCount, 0x4b, 0x65, 1])));
    timers.after(LOG_PERIOD_MS, () => this.#log(), { fromNow: true });
  }
}

/** Command, version, padding, two hardware words, then the build and the model as strings; what the words say is expected. */
function buildIdAnswer(revision: string): Uint8Array {
  const head = [0x7c, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  return Uint8Array.from([
    ...head,
    ...toLatin1(revision.split("_")[0] ?? revision),
    0,
    ...toLatin1("MDM9x07"),
    0,
  ]);
}

/** Compile date and time, release date and time, directory: texts of fixed lengths, as Qualcomm's version answer has them. */
function versionAnswer(): Uint8Array {
  return Uint8Array.from([
    0,
    ...toLatin1("Jan 01 202000:00:00Jan 01 202000:00:00virtual "),
    ...new Array<number>(9).fill(0),
  ]);
}
