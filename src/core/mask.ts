/** Identities (IMEI, IMSI, ICCID) never reach a log or a report whole: the last four digits are enough to tell modules apart. */

/** Hex masks and hashes come first so that digits inside them are passed over; a fraction (`0.30000000000000004`) is none. */
const HEX_OR_IDENTITY = /0x[\da-f]+|\b[\da-f]{32,}\b|(?<!\d|\d\.)(?<identity>\d{14,20})(?!\d)/gi;

/** `000000001230217` becomes `***********0217`. */
export function maskDigits(digits: string): string {
  return "*".repeat(Math.max(digits.length - 4, 0)) + digits.slice(-4);
}

/** Every run of 14 to 20 digits in a text, masked: IMEI 15, IMEISV 16, IMSI 14 to 15, ICCID 19 to 20. */
export function maskIdentities(text: string): string {
  return text.replace(HEX_OR_IDENTITY, (found: string, identity: string | undefined) =>
    identity === undefined ? found : maskDigits(identity),
  );
}
