/**
 * What a QMI response says in its result TLV, under the names programs print. Numbers and names: libqmi 1.32,
 * qmi-errors.h (QmiProtocolError); only those that this project sends or looks for.
 */
export const QMI_ERROR = {
  None: 0,
  MalformedMessage: 1,
  Internal: 3,
  ClientIdsExhausted: 5,
  InvalidClientId: 7,
  InvalidHandle: 9,
  CallFailed: 14,
  OutOfCall: 15,
  NotProvisioned: 16,
  MissingArgument: 17,
  NoEffect: 26,
  InvalidProfileType: 30,
  InvalidServiceType: 31,
  InvalidArgument: 48,
  DeviceNotReady: 52,
  InvalidQmiCommand: 71,
  InformationUnavailable: 74,
  SimFileNotFound: 80,
  ExtendedInternal: 81,
  AccessDenied: 82,
  NotSupported: 94,
  NoSim: 102,
} as const;

export type QmiErrorName = keyof typeof QMI_ERROR;

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(QMI_ERROR).map(([name, code]) => [code, name]),
);

/** `DeviceNotReady` of 52; null for a number that is not in the table. */
export function qmiErrorName(code: number): string | null {
  return NAMES.get(code) ?? null;
}
