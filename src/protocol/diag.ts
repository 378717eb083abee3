import { encodeFrame } from "./hdlc.js";

/** DIAG commands as payloads; the frame, its CRC and flag are computed (domain.md 4.1). */
const COMMANDS = {
  /** Subsystem 0x65, command 1: Quectel's switch to EDL; the module echoes the frame, then restarts. */
  enterEdl: [0x4b, 0x65, 0x01, 0x00],
  /** The older download command; kept as a second vector, never sent. */
  download: [0x3a],
  /** Extended build id; its answer holds the revision. */
  buildId: [0x7c],
  version: [0x00],
} as const;

export type DiagCommand = keyof typeof COMMANDS;

export function diagPayload(command: DiagCommand): Uint8Array {
  return Uint8Array.from(COMMANDS[command]);
}

export function diagFrame(command: DiagCommand): Uint8Array {
  return encodeFrame(diagPayload(command));
}

export function isDiagCommand(payload: Uint8Array, command: DiagCommand): boolean {
  const wanted = COMMANDS[command];
  return payload.length === wanted.length && wanted.every((byte, at) => payload[at] === byte);
}
