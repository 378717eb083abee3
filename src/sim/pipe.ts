/** `stalled`: the module does not take it, and the host's transfer never completes. `shortBytes`: it completes with fewer bytes. */
export type Taken = "taken" | "stalled" | { readonly shortBytes: number };

/**
 * One interface of the module as an attachment meets it: OUT transfers go in, IN transfers come out. In process, a PTY
 * and USB/IP are three ways to carry the same transfers, so the model knows none of them.
 */
export interface UsbFunction {
  /** One OUT transfer; an empty one is an empty packet. */
  receive(transfer: Uint8Array): Taken;
  /** IN data that is made only when a host asks for it. */
  more?(): Uint8Array | null;
  /** A host has read what was said. */
  heard?(): void;
  opened?(): void;
  closed?(): void;
}

/** IN side of one interface, and whether a host holds it. */
export class Pipe {
  readonly #queue: Uint8Array[];
  readonly #changed: () => void;
  #usbFunction: UsbFunction | null = null;
  #alive = true;
  #held = false;

  constructor(changed: () => void, queued: readonly Uint8Array[] = []) {
    this.#changed = changed;
    this.#queue = [...queued];
  }

  connect(usbFunction: UsbFunction): void {
    this.#usbFunction = usbFunction;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get held(): boolean {
    return this.#held;
  }

  /** What the module has said and no host has read yet. */
  get queued(): readonly Uint8Array[] {
    return this.#queue;
  }

  /** The module says something: one transfer. */
  send(bytes: Uint8Array): void {
    if (!this.#alive || bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#changed();
  }

  hold(): void {
    this.#held = true;
    this.#usbFunction?.opened?.();
  }

  release(): void {
    this.#held = false;
    if (this.#alive) this.#usbFunction?.closed?.();
  }

  receive(transfer: Uint8Array): Taken {
    return this.#usbFunction?.receive(transfer) ?? "stalled";
  }

  /** The next IN transfer, at most `maxBytes` of it; the rest stays at the front. */
  take(maxBytes: number): Uint8Array | null {
    const next = this.#queue.shift() ?? this.#made();
    if (next === undefined) return null;
    if (next.length > maxBytes) this.#queue.unshift(next.subarray(maxBytes));
    if (this.#alive) this.#usbFunction?.heard?.();
    this.#changed();
    return next.subarray(0, maxBytes);
  }

  /** What the module makes on demand; with the last of it, it may queue a message instead. */
  #made(): Uint8Array | undefined {
    return this.#alive ? (this.#usbFunction?.more?.() ?? this.#queue.shift()) : undefined;
  }

  forget(): void {
    this.#queue.length = 0;
  }

  /** The module left the bus. What was said before can still be read. */
  die(): void {
    this.#alive = false;
    this.#changed();
  }
}
