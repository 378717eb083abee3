import { latin1, toLatin1 } from "../protocol/at/lines.js";
import { answerAt, type AtAct, type AtState, CME_TEXT } from "./at-commands.js";
import type { NvChange } from "./nv.js";
import type { Pipe, UsbFunction } from "./pipe.js";
import type { Recorder } from "./recorder.js";
import type { Timers } from "./scheduler.js";
import type { Network } from "./scenario.js";

/** What an AT port needs of its module. */
export interface AtHost {
  /** Null until the module answers AT. */
  atState(): AtState | null;
  setFunctionality(value: number): void;
  setDataCall(on: boolean): void;
  updateNv(change: NvChange): void;
  restart(): void;
  powerDown(): void;
}

export interface AtPortSetup {
  readonly interfaceNumber: number;
  readonly pipe: Pipe;
  readonly host: AtHost;
  readonly timers: Timers;
  readonly recorder: Recorder;
  readonly answerMs: number;
  readonly pingMs: number;
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
  #line = "";
  #echo = true;
  /** 1 is the module's default: numeric CME codes (the thread and forums.quectel.com 58100 show numbers). */
  #cmee = 1;
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
    if (this.#setup.pipe.held) this.#say(`\r\n${text}\r\n`);
  }

  #next(): void {
    if (this.#busy) return;
    const line = this.#waiting.shift();
    if (line === undefined) return;
    this.#busy = true;
    this.#setup.timers.after(this.#setup.answerMs, () => {
      this.#busy = false;
      this.#execute(line);
      this.#next();
    });
  }

  #execute(line: string): void {
    const { host } = this.#setup;
    const state = host.atState();
    if (state === null) return;
    const echo = this.#echo ? `${line}\r` : "";
    const text = line.trim();
    if (!/^at/i.test(text)) {
      this.#say(echo);
      return;
    }
    const lines: string[] = [];
    const acts: AtAct[] = [];
    for (const command of splitChain(text.slice(2))) {
      const result = answerAt(command, state);
      if (result.kind === "error") {
        this.#say(echo + block(lines) + `\r\n${this.#errorText(result.cme)}\r\n`);
        return;
      }
      if (result.kind === "ok") lines.push(...result.lines);
      else acts.push(result.act);
    }
    this.#say(`${echo}${block(lines)}\r\nOK\r\n`);
    for (const act of acts) this.#perform(act, state);
  }

  #perform(act: AtAct, state: AtState): void {
    const { host } = this.#setup;
    switch (act.kind) {
      case "echo":
        this.#echo = act.on;
        return;
      case "cmee":
        this.#cmee = act.mode;
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
        this.#ping(act.target, act.count, state);
        return;
      case "power-down":
        this.urc("POWERED DOWN");
        host.powerDown();
    }
  }

  /** URCs after OK: one a ping, then the summary. 561 without a context, 569 without an answer (domain.md 2; which code when is expected). */
  #ping(target: string, count: number, state: AtState): void {
    const { timers, pingMs } = this.#setup;
    if (!state.dataCall) {
      timers.after(pingMs, () => this.urc("+QPING: 561"));
      return;
    }
    if (!canReach(target, state.network)) {
      timers.after(pingMs * count, () => this.urc("+QPING: 569"));
      return;
    }
    const times = Array.from({ length: count }, (_, index) => 40 + ((index * 7) % 11));
    times.forEach((ms, index) => {
      timers.after(pingMs * (index + 1), () => this.urc(`+QPING: 0,"${target}",32,${ms},114`));
    });
    const average = Math.round(times.reduce((sum, ms) => sum + ms, 0) / count);
    timers.after(pingMs * (count + 1), () =>
      this.urc(`+QPING: 0,${count},${count},0,${Math.min(...times)},${Math.max(...times)},${average}`),
    );
  }

  #errorText(cme: number | null): string {
    if (cme === null || this.#cmee === 0) return "ERROR";
    return `+CME ERROR: ${this.#cmee === 2 ? (CME_TEXT[cme] ?? cme) : cme}`;
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

function block(lines: readonly string[]): string {
  return lines.length === 0 ? "" : `\r\n${lines.join("\r\n")}\r\n`;
}

/** `ATI;+CSUB;+CSQ` is three commands (domain.md 2, `AT+CSUB`). Semicolons inside quotes do not cut. */
function splitChain(text: string): string[] {
  return text.match(/(?:"[^"]*"|[^;])+/g) ?? [""];
}

function canReach(target: string, network: Network): boolean {
  const family = target.includes(":") ? "ipv6" : "ipv4";
  return network[family] !== null && network.pingable.includes(family);
}
