/**
 * What interface 4 is to the control endpoint: whole messages in by SEND_ENCAPSULATED_COMMAND, whole messages out by
 * GET_ENCAPSULATED_RESPONSE, and a word on the interrupt endpoint when there is one to fetch (USB CDC 1.2, PSTN subclass).
 */
export interface EncapsulatedPort {
  /** One encapsulated command. Never throws; what cannot be understood gets no answer. */
  send(command: Uint8Array): void;
  /** The oldest message that nobody fetched, or null when there is none. */
  take(): Uint8Array | null;
  /** From now on `callback` runs once for every message that becomes fetchable: RESPONSE_AVAILABLE. The last caller is told. */
  available: (callback: () => void) => void;
}
