import { latin1, toLatin1 } from "../../protocol/at/lines.js";
import { answerAt, splitLine } from "./commands.js";
import { pingUrcs } from "./ping.js";
import { reportsOf, type Standing, standingOf } from "./reports.js";
import { type AtAct, type AtState, CME_TEXT, type CmeCode, FRESH_PORT, type PortSettings } from "./state.js";
import type { NvChange } from "../nv.js";
import type { Pipe, UsbFunction } from "../pipe.js";
import type { Recorder } from "../recorder.js";
import type { Timers } from "../scheduler.js";
import type { ModuleSetup } from "../scenario.js";

/** What an AT port needs of its module. */
export interface AtHost {
  /** Null until the module answers AT. */
  atState(): AtState | null;
  /** False when a fault swallows the answer to this command. */
  answers(command: string): boolean;
  setFunctionality(value: number): void;
  setDataCall(on: boolean): void;
  updateNv(change: NvChange): void;
  restart(): void;
  powerDown(): void;
  enterFastboot(): void;
}

export interface AtPortSetup {
  readonly interfaceNumber: number;
  readonly pipe: Pipe;
  readonly host: AtHost;
  readonly timers: Timers;
  readonly recorder: Recorder;
  readonly answerMs: number;
  readonly pingMs: number;
  readonly module: ModuleSetup;
  readonly chunked: boolean;
}

/** Sizes in turn for answers in pieces: they cut inside CR LF, words and numbers. */
const ODD_SIZES = [1, 3, 7, 2, 5, 11];
/** A line longer than this is noise to the module's parser. */
const LINE_LIMIT = 560;

/** One AT port: echo, line discipline `\r\n<text>\r\n`, and a queue, since commands that overlap are answered in turn. */
export class AtPort implements UsbFunction {
  readonly #setup: AtPortSetup;
  readonly #waiting: string[] = [];
  /** URCs that came while a command was at work: they follow its result. */
  readonly #held: string[] = [];
  #settings: PortSettings = FRESH_PORT;
  #standing: Standing = { digit: 0, registered: false };
  #line = "";
  /** What the command at work has said: it goes out as one, or as far as it is when it has to wait. */
  #said = "";
  #busy = false;

  constructor(setup: AtPortSetup) {
    this.#setup = setup;
  }

  receive(transfer: Uint8Array): "taken" {
    for (const char of latin1(transfer)) {
      if (char === "\n") continue;
      if (char !== "\r") {
        this.#line = (this.#line + char).slice(-LINE_LIMIT);
        continue;
      }
      const line = this.#line;
      this.#line = "";
      if (line.trim() === "") continue;
      this.#waiting.push(line);
      this.#setup.recorder.note({ kind: "at", port: this.#setup.interfaceNumber, text: line.trim() });
    }
    this.#next();
    return "taken";
  }

  closed(): void {
    this.#line = "";
    this.#setup.pipe.forget();
  }

  /** A line that comes on its own. Nobody keeps it for a host that is not there. */
  urc(text: string): void {
    if (this.#busy) this.#held.push(text);
    else if (this.#setup.pipe.held) this.#say(`\r\n${text}\r\n`);
  }

  /** Registration or signal may have changed: tells it if this port was asked to. */
  changed(): void {
    const state = this.#setup.host.atState();
    if (state === null) return;
    const now = standingOf(state);
    for (const report of reportsOf(this.#standing, now, this.#settings)) this.urc(report);
    this.#standing = now;
  }

  #next(): void {
    if (this.#busy) return;
    const line = this.#waiting.shift();
    if (line === undefined) return;
    this.#busy = true;
    this.#setup.timers.after(this.#setup.answerMs, () => this.#begin(line));
  }

  #begin(line: string): void {
    const text = line.trim();
    const { host } = this.#setup;
    if (host.atState() === null || !host.answers(text)) {
      this.#end();
      return;
    }
    if (this.#settings.echo) this.#said += `${line}\r`;
    if (/^at/i.test(text)) this.#run(splitLine(text.slice(2)));
    else this.#end();
  }

  /** One command after the other, each with the state the one before left. */
  #run([command, ...others]: readonly string[]): void {
    const { host, module, timers } = this.#setup;
    const state = host.atState();
    if (command === undefined || state === null) {
      this.#end(state === null ? "" : "\r\nOK\r\n");
      return;
    }
    const result = answerAt(command, { ...state, port: this.#settings, module });
    if (result.kind === "error") {
      this.#end(`\r\n${this.#errorText(result.cme)}\r\n`);
      return;
    }
    const goOn = () => {
      if (result.lines.length > 0) this.#said += `\r\n${result.lines.join("\r\n")}\r\n`;
      for (const act of result.acts) this.#perform(act, state);
      this.#run(others);
    };
    if (result.blocksMs === 0) goOn();
    else {
      this.#flush();
      timers.after(result.blocksMs, goOn);
    }
  }

  #end(result = ""): void {
    this.#said += result;
    this.#flush();
    this.#busy = false;
    for (const text of this.#held.splice(0)) this.urc(text);
    this.#next();
  }

  #flush(): void {
    this.#say(this.#said);
    this.#said = "";
  }

  #perform(act: AtAct, state: AtState): void {
    const { host, timers, pingMs } = this.#setup;
    switch (act.kind) {
      case "port":
        this.#settings = { ...this.#settings, ...act.change };
        // What is now is no news; only what changes from here on is told.
        this.#standing = standingOf(state);
        return;
      case "cfun":
        if (act.restart) host.restart();
        else host.setFunctionality(act.value);
        return;
      case "nv":
        host.updateNv(act.change);
        return;
      case "data-call":
        host.setDataCall(act.on);
        return;
      case "ping":
        for (const { turn, text } of pingUrcs(act.target, act.count, state))
          timers.after(pingMs * turn, () => this.urc(text));
        return;
      case "indicate":
        this.urc(`+QIND: ${act.indication}`);
        return;
      case "power-down":
        this.urc("POWERED DOWN");
        host.powerDown();
        return;
      case "fastboot":
        host.enterFastboot();
    }
  }

  /** Numbers unless a host says otherwise (the thread and forums.quectel.com 58100 show numbers). */
  #errorText(cme: CmeCode | null): string {
    if (cme === null || this.#settings.cmee === 0) return "ERROR";
    return `+CME ERROR: ${this.#settings.cmee === 2 ? CME_TEXT[cme] : cme}`;
  }

  #say(text: string): void {
    const bytes = toLatin1(text);
    if (!this.#setup.chunked) {
      this.#setup.pipe.send(bytes);
      return;
    }
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const size = ODD_SIZES[turn % ODD_SIZES.length] ?? 1;
      this.#setup.pipe.send(bytes.subarray(at, at + size));
      at += size;
    }
  }
}
