/**
 * The closed lists of what ecflash ever sends to an AT port. Exact strings, nothing is built from input. `check` reads
 * only; nothing here writes an identity (`AT+EGMR=1,7` writes the IMEI and is in no list).
 */

/** What `check` and `list` read. Every one is a read (domain.md, section 2). */
export const READS = {
  attention: "AT",
  identify: "ATI",
  revisionLong: "AT+QGMR",
  revisionShort: "AT+CGMR",
  imei: "AT+GSN",
  serial: "AT+EGMR=0,5",
  functionality: "AT+CFUN?",
  band: 'AT+QCFG="band"',
  usbnet: 'AT+QCFG="usbnet"',
  sim: "AT+CPIN?",
  registration: "AT+CREG?",
  registrationLte: "AT+CEREG?",
  operator: "AT+COPS?",
} as const;

/**
 * What `diagnose` asks: the fifteen questions that support asked in the thread, in their order. Reads, every one; those
 * that `check` reads too are the same strings.
 */
export const DIAGNOSIS = {
  sim: READS.sim,
  revisionLong: READS.revisionLong,
  activity: "AT+CPAS",
  functionality: READS.functionality,
  operator: READS.operator,
  band: READS.band,
  scanSequence: 'AT+QCFG="nwscanseq"',
  scanMode: 'AT+QCFG="nwscanmode"',
  contexts: "AT+CGDCONT?",
  registration: READS.registration,
  signal: "AT+CSQ",
  quality: "AT+QCSQ",
  network: "AT+QNWINFO",
  attachState: "AT+CGATT?",
  usbnet: READS.usbnet,
} as const;

/** What the connect test sends besides reads: it opens the module's own data call and pings through it. */
export const CONNECT = {
  attachState: "AT+CGATT?",
  network: "AT+QNWINFO",
  signal: "AT+CSQ",
  addresses: "AT+CGPADDR=1",
  activate: "AT+QIACT=1",
  activeContexts: "AT+QIACT?",
  deactivate: "AT+QIDEACT=1",
  ping4: 'AT+QPING=1,"8.8.8.8",4,4',
  /** Expected: the module's stack pings IPv6 in the same form; nobody has shown a capture (domain.md, section 2 has IPv4 only). */
  ping6: 'AT+QPING=1,"2001:4860:4860::8888",4,4',
} as const;

/** What `flash` sends besides: one try to bring the radio up after a flash. */
export const AFTER_FLASH = { online: "AT+CFUN=1" } as const;

export type AtCommand =
  | (typeof DIAGNOSIS)[keyof typeof DIAGNOSIS]
  | (typeof READS)[keyof typeof READS]
  | (typeof CONNECT)[keyof typeof CONNECT]
  | (typeof AFTER_FLASH)[keyof typeof AFTER_FLASH];
