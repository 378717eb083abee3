/**
 * The control channel of a CDC function, as an attachment meets it: whole messages out, whole messages in. QMI speaks
 * through it on interface 4 of the default composition. One attachment at a time uses it.
 */
export interface EncapsulatedPort {
  /** One message of the host (SEND_ENCAPSULATED_COMMAND). */
  send(command: Uint8Array): void;
  /** The next message of the module (GET_ENCAPSULATED_RESPONSE), or null when none waits. */
  take(): Uint8Array | null;
  /** Asks to be told of each message that comes to wait from now on. Asking again replaces the one that asked before. */
  available(callback: () => void): void;
}
