/** Whose version it is, in the words of routers, gateways and exporters: `modem_fw`, `lteFirmwareVersion`, `COMVER`. */
const WHOSE =
  "(?:current|installed|running|active|internal|modem|module|mobile|wwan|lte|4g|cellular|cell|radio|gsm|comm?|quectel|ec2[015]|eg25g?)";
const WHAT = "(?:firmware|fw|software|soft|sw|baseband)";
const WHICH = "(?:version|ver|revision|rev)";

/** `modemfirmware`, `softversion`, `ltever`: a version needs to say of what. */
const NAME = new RegExp(`^${WHOSE}{0,4}(?:${WHAT}${WHICH}?|(?<=.)${WHICH})$`);
/** Names that set what runs now apart from what is said beside it. */
const NOW = /^(?:current|installed|running|active)/;

/** Whether a field of this name tells the revision of a module; the name without case, blanks and marks. */
export function isRevisionName(name: string): boolean {
  return NAME.test(name);
}

/** `Current firmware`, beside which a bare `Revision` may be an older one. */
export function saysNow(name: string): boolean {
  return NOW.test(plainName(name));
}

/** `Firmware revision`, `fw_rev`, `firmwareRevision` without what people put between words. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z\d]/g, "");
}
