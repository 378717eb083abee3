/** Limits of each wait in EDL, in milliseconds, before scaling. Sources beside each; ours are the longer of those seen. */
export const EDL = {
  /** The boot ROM says HELLO as soon as a host reads; none in this time means something else is there. */
  helloMs: 5_000,
  /** A Sahara packet answers the one before at once (QFirehose reads with 5 s, domain.md 4.5). */
  saharaMs: 5_000,
  /** One piece of at most 4 KiB. */
  pieceMs: 5_000,
  /** The programmer speaks first: 3 s until its first line, then 1 s of silence (QFirehose, domain.md 4.2). */
  firstLineMs: 3_000,
  quietMs: 1_000,
  /** Finding out whether a programmer still listens. */
  nopMs: 3_000,
  commandMs: 10_000,
  /** Erase of one range: QFirehose 15 s, qdl and fwupd 30 s (domain.md 4.2, peers.md 1.1, 1.2). */
  eraseMs: 30_000,
  /** One payload on its way out: fwupd 0.5 s, qdl 10 s. */
  payloadMs: 10_000,
  /** The end of one program: fwupd 30 s, qdl 120 s; large images take a little longer to settle. */
  programEndMs: 30_000,
  programEndPerMiBMs: 500,
  resetMs: 5_000,
} as const;

/** What a NAND programmer of this family takes at once (domain.md 4.2). */
export const NAND_PAYLOAD_BYTES = 8_192;

/** Seconds the programmer waits before it restarts; QFirehose and qdl ask for ten (domain.md 4.2). */
export const RESET_DELAY_SECONDS = 10;
