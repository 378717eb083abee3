/** Identities (IMEI, IMSI, ICCID) never reach a log or a report whole: the last four digits are enough to tell modules apart. */

const IDENTITY = /(?<![\dA-Za-z.])\d{14,20}(?!\d)/g;

/** `860858060000217` becomes `***********0217`. */
export function maskDigits(digits: string): string {
  return "*".repeat(Math.max(digits.length - 4, 0)) + digits.slice(-4);
}

/** Every run of 14 to 20 digits in a text, masked: IMEI 15, IMEISV 16, IMSI 14 to 15, ICCID 19 to 20. */
export function maskIdentities(text: string): string {
  return text.replace(IDENTITY, maskDigits);
}
