/** Limits of the waits of a run, in milliseconds of the run's clock. */
export const PATIENCE = {
  /** Reset delay of ten seconds, then the boot; QFirehose's harness gives minutes (domain.md 4.5). */
  returnMs: 120_000,
  /** Leading a module out of EDL before anything was written. */
  leadOutMs: 60_000,
  /** A module that was told to restart stays in EDL for the ten seconds of the reset's delay. */
  lingerMs: 15_000,
  /** `recover` waits for the module of an unfinished run to be plugged or powered again. */
  appearMs: 60_000,
  appearPollMs: 500,
  /** AT after the return: RDY comes after about ten seconds, at least 60 s of patience. */
  atMs: 60_000,
  /** Between two reads of the revision that must agree. */
  settleMs: 1_000,
  /** Reads of the revision until two in a row agree. */
  revisionReads: 20,
  /** `AT+CFUN=1` answers at once or with a CME ERROR; a slow start of the radio is given time. */
  onlineMs: 15_000,
  /** Registration after a flash, with a fresh network scan (domain.md 5.4). */
  registrationMs: 120_000,
  registrationPollMs: 2_000,
  /** Opening a data call; expected to take seconds, given minutes on a weak network. */
  dataCallMs: 150_000,
  /** Four pings of four seconds each, and the summary. */
  pingMs: 30_000,
} as const;
