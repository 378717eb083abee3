import type { AtToken } from "./lines.js";

/** What came back for one command. `lines` are the answer's own; URCs that were spliced in stand apart. */
export interface AtAnswer {
  readonly command: string;
  readonly status: "ok" | "error";
  /** Number or text of `+CME ERROR`, as the module's CMEE mode gives it; null for a bare ERROR. */
  readonly cme: string | null;
  readonly lines: readonly string[];
  readonly urcs: readonly string[];
}

/** Lines that no read of ours answers with and that come on their own (domain.md, section 2, boot URCs). */
const URC =
  /^(RDY$|RING$|NO CARRIER$|POWERED DOWN$|\+QIND:|\+QUSIM:|\+QSIMSTAT:|\+QGPSURC:|\+CMTI:|\+CRING:|\$G[A-Z]{3,4},)/;

/**
 * Collects the answer to one command from the tokens of a port. Knows its own echo; a `+NAME:` line that the command
 * did not ask for is a URC, wherever it was spliced in (real capture in domain.md, section 2).
 *
 * With `echoes`, the port is known to echo: what comes before the echo, a final result too, is the late answer to an
 * earlier command and is dropped.
 */
export class AtAnswerCollector {
  readonly #command: string;
  readonly #prefix: string | null;
  readonly #lines: string[] = [];
  readonly #urcs: string[] = [];
  readonly #echoes: boolean;
  #echoed = false;

  constructor(command: string, { echoes = false }: { echoes?: boolean } = {}) {
    this.#command = command;
    this.#prefix = prefixOf(command);
    this.#echoes = echoes;
  }

  /** Whether the module repeated the command. */
  get echoed(): boolean {
    return this.#echoed;
  }

  /** The answer once its final result came, else null. */
  push(token: AtToken): AtAnswer | null {
    if (token.kind === "prompt") return null;
    const { text } = token;
    if (!this.#echoed && text.endsWith(this.#command)) {
      // The echo begins the answer: what stood before it, on the same line too, belonged to nobody.
      this.#lines.length = 0;
      this.#echoed = true;
      return null;
    }
    if (this.#echoes && !this.#echoed) return null;
    if (text === "OK") return this.#end("ok", null);
    if (text === "ERROR") return this.#end("error", null);
    const cme = /^\+CM[ES] ERROR:\s*(?<what>.*)$/.exec(text)?.groups?.["what"];
    if (cme !== undefined) return this.#end("error", cme);
    (this.#isUrc(text) ? this.#urcs : this.#lines).push(text);
    return null;
  }

  #isUrc(text: string): boolean {
    if (this.#prefix !== null && text.startsWith(`${this.#prefix}:`)) return false;
    return URC.test(text) || /^\+[A-Z]+:/.test(text);
  }

  #end(status: AtAnswer["status"], cme: string | null): AtAnswer {
    return { command: this.#command, status, cme, lines: [...this.#lines], urcs: [...this.#urcs] };
  }
}

/** `+QCFG` of `AT+QCFG="band"`; null for commands that answer with bare lines only. */
function prefixOf(command: string): string | null {
  return /^AT(?<name>\+[A-Z]+)/.exec(command)?.groups?.["name"] ?? null;
}
