import { expect } from "vitest";
import type { Endpoint } from "../../src/core/bus.js";
import { EcflashError } from "../../src/core/errors.js";
import { formatFirehose, parseFirehose } from "../../src/protocol/firehose/xml.js";
import { encodeSahara, type SaharaPacket } from "../../src/protocol/sahara.js";

/** One transfer, in the order in which they must come. */
export type Step =
  | { readonly host: (bytes: Uint8Array, endWithZeroLength: boolean) => void; readonly what: string }
  | { readonly module: Uint8Array }
  | { readonly fails: EcflashError };

/** The host must write exactly these bytes. */
export function hostBytes(bytes: Uint8Array, endsWithZeroLength = false): Step {
  return {
    what: `${bytes.length} bytes`,
    host: (written, zeroLength) => {
      expect(Buffer.from(written).toString("hex")).toBe(Buffer.from(bytes).toString("hex"));
      expect(zeroLength).toBe(endsWithZeroLength);
    },
  };
}

/** The host must write these bytes, given as in a capture: `02000000 30000000 ...`. */
export function hostHex(hex: string): Step {
  return hostBytes(Uint8Array.from(Buffer.from(hex.replace(/\s+/g, ""), "hex")));
}

/** The host must send this one element, with at least these attributes, in a transfer whose end can be seen. */
export function hostSays(name: string, attributes: Record<string, string> = {}): Step {
  return {
    what: `<${name}>`,
    host: (written, zeroLength) => {
      const elements = parseFirehose(new TextDecoder().decode(written));
      expect(elements).toMatchObject([{ name, attributes }]);
      expect(elements).toHaveLength(1);
      expect(zeroLength).toBe(true);
    },
  };
}

export function sahara(packet: SaharaPacket): Step {
  return { module: encodeSahara(packet) };
}

/** Messages of the programmer, all in one transfer. */
export function moduleSays(
  ...messages: (readonly [name: string, attributes: Record<string, string>])[]
): Step {
  const text = messages.map(([name, attributes]) => formatFirehose(name, attributes)).join("");
  return { module: new TextEncoder().encode(text) };
}

export const ACK = ["response", { value: "ACK", rawmode: "false" }] as const;
export const RAW_ACK = ["response", { value: "ACK", rawmode: "true" }] as const;
export const NAK = ["response", { value: "NAK", rawmode: "false" }] as const;

export function logged(value: string) {
  return ["log", { value }] as const;
}

export const GONE: Step = { fails: new EcflashError("module-gone", { what: "a transfer" }) };

/**
 * A module that follows a script. A write that the script does not have there fails the test; a read where it is the
 * host's turn is a module that stays silent, and so are reads behind the end.
 */
export class FakeEndpoint implements Endpoint {
  readonly #script: Step[];
  /** Deadlines of the reads that stayed without an answer. */
  readonly silences: number[] = [];

  constructor(...script: Step[]) {
    this.#script = script;
  }

  async write(
    bytes: Uint8Array,
    { endWithZeroLength = false }: { deadlineMs: number; endWithZeroLength?: boolean },
  ): Promise<void> {
    const step = this.#script.shift();
    if (step !== undefined && "fails" in step) throw step.fails;
    if (step === undefined || !("host" in step)) {
      throw new Error(`not expected: a write of ${bytes.length} bytes, ${new TextDecoder().decode(bytes)}`);
    }
    step.host(bytes, endWithZeroLength);
  }

  async read(maxBytes: number, deadlineMs: number): Promise<Uint8Array> {
    const [step] = this.#script;
    if (step === undefined || "host" in step) {
      this.silences.push(deadlineMs);
      throw new EcflashError("transfer-timeout", { what: "a read", deadlineMs });
    }
    this.#script.shift();
    if ("fails" in step) throw step.fails;
    expect(step.module.length).toBeLessThanOrEqual(maxBytes);
    return step.module;
  }

  async close(): Promise<void> {}

  /** The whole script came to pass. */
  expectDone(): void {
    expect(this.#script.map((step) => ("what" in step ? step.what : step))).toEqual([]);
  }
}
