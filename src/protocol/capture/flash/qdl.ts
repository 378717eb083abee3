import type { LineReader } from "../observation.js";
import { strangerOf } from "./programmer.js";

/** `flashed "LABEL" successfully`, `flashing of LABEL failed` of qdl 1.0 to 2.8 (domain.md 4.6). */
const FLASHED =
  /^(?:\[PROGRAM\] )?flashed "(?<label>[\w.-]{1,64})" successfully|^flashing of (?<failed>[\w.-]{1,64}) failed/;

/** Partitions of modules on the MDM9x07 (domain.md 4.4) and of their neighbours; qdl names them as the rawprogram does. */
const OURS =
  /^(?:0:)?(?:sbl\d?|mibib|efs2|sys_?rev|rawdata|tz|rpm|cust_info|aboot|appsboot|boot|scrub|modem|non-hlos|misc|recovery\w*|fota|recoveryfs|sec|system|rootfs|sysfs|usrdata|userdata|cache\w*|oemapp|data|partition\w*|complete|label|mdm\w*|blank)$/i;
const LENGTH_LIMIT = 1024;
/** qdl as somebody called it: with options or the programmer behind it, not in a sentence. */
const CALLED = /(?:^|[\s/`])qdl(?:\.exe)? (?:-{1,2}[a-z]|\S{0,200}prog_)/i;

/** The log of qdl, and its command line: what it writes tells whether the device in EDL is one of ours, and never which. */
export function qdl(): LineReader {
  return (line) => {
    const text = line.slice(0, LENGTH_LIMIT).trim();
    const chip = CALLED.test(text) ? strangerOf(text) : null;
    if (chip !== null) return [{ kind: "stranger", text: chip }];
    const found = FLASHED.exec(text)?.groups;
    const label = found?.["label"] ?? found?.["failed"];
    if (label === undefined || OURS.test(label)) return [];
    return [{ kind: "stranger", text: `a device with a partition ${label}` }];
  };
}
