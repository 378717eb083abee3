/** Drivers that speak while a serial session is open on the same console. */
const DRIVER =
  /^(?:usb|usbcore|usbserial|option1?|qmi_wwan|qcserial|cdc_\w{1,12}|hub|[ex]hci\S{0,12}|dwc\S{0,8}|GobiNet|GobiSerial|rndis_host|IPv6|wwan\d{0,2}|audit|random|EXT4-fs|kernel|systemd|ModemManager)(?:[ [(:][^=]{0,48}?)?[:>] /;

const WHOLE_LINES =
  /^[ \t]{0,16}(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,64} kernel: )?\[ {0,6}\d{1,7}\.\d{6}\] .{0,4096}$|^[ \t]{0,16}\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}\] .{0,4096}$/gm;

/** The text with the kernel's stamped lines emptied, so that what they stand in between is whole again. */
export function withoutKernelLines(text: string): string {
  return text.replace(WHOLE_LINES, "");
}

/** A line of the kernel or of a service, its time stamp taken off: it may come between any two lines of a dialogue. */
export function isKernelLine(line: string): boolean {
  return DRIVER.test(line.slice(0, 128));
}
