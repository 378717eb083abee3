import { ASK_OWNER, POWER_CYCLE, seconds, type WordsOf } from "./common.js";

/** Words of this host, its ports and its network. */
export const HOST_WORDS: WordsOf<
  | "download-failed"
  | "mirrors-failed"
  | "package-busy"
  | "cache-unsafe"
  | "state-unwritable"
  | "recording-unwritable"
  | "output-unwritable"
  | "run-in-progress"
  | "port-missing"
  | "port-unavailable"
  | "port-held"
  | "device-unavailable"
  | "native-missing"
  | "at-silent"
  | "edl-not-entered"
  | "sahara-failed"
  | "firehose-failed"
  | "transfer-timeout"
  | "transfer-failed"
  | "module-gone"
> = {
  "download-failed": (f) => ({
    what: `The package at ${f.url} could not be downloaded: ${f.reason}.`,
    tries: ["Try again; what arrived is kept."],
  }),
  "mirrors-failed": (f) => ({
    what: `The package could not be had from any of its addresses: ${f.reasons.join("; ")}.`,
    tries: ["Check the network.", ASK_OWNER],
  }),
  "package-busy": (f) => ({
    what: `Another ecflash (process ${f.pid}) has been at work on this package for ${seconds(f.waitedMs)}.`,
    tries: ["Wait for it to end, or end it; what arrived is kept."],
  }),
  "cache-unsafe": (f) => ({
    what: `The cache ${f.path} is not safe to use: ${f.reason}.`,
    tries: ["Give it to the user that runs ecflash, mode 0700, or name another: ECFLASH_CACHE_DIR."],
  }),
  "state-unwritable": (f) => ({
    what: `${f.path} cannot be read or written: ${f.reason}. Without journal and cache a cut run could not be finished.`,
    tries: [
      "Make room, or make it writable.",
      "Or name other directories: ECFLASH_STATE_DIR, ECFLASH_CACHE_DIR.",
    ],
  }),
  "recording-unwritable": (f) => ({
    what: `The recording ${f.path} cannot be written: ${f.reason}.`,
    tries: ["Name a file that is not there yet, in a directory that can be written."],
  }),
  "output-unwritable": (f) => ({
    what: `The output ${f.path} cannot be written: ${f.reason}.`,
    tries: ["Make room, or make it writable.", "Or name a place that is there and can be written."],
  }),
  "run-in-progress": (f) => ({
    what: `Another run (process ${f.pid}) is at work on the module at ${f.portPath}.`,
    tries: ["Wait for it to end."],
  }),
  "port-missing": (f) => ({
    what: `The module at ${f.portPath} shows no ${f.role} port.`,
    tries:
      f.role === "DM"
        ? [
            'AT+QCFG="usbcfg" shows whether diag is off; without it ecflash cannot enter EDL.',
            "Check that the option driver is bound: `ls /dev/ttyUSB*`.",
          ]
        : ["Check that the option driver is bound: `ls /dev/ttyUSB*`.", "Power-cycle the module."],
  }),
  "port-unavailable": (f) => ({
    what: `${f.path} cannot be opened: ${f.reason}.`,
    tries: ["Run as root, or add yourself to the dialout group."],
  }),
  "port-held": (f) => ({
    what: [
      `${f.path} is held by ${f.holders.length === 0 ? "another program" : f.holders.join(" and ")}`,
      ...f.alsoAsked,
    ]
      .join("; ")
      .concat("."),
    tries: [
      "End what holds it. ModemManager lets go of one module while `mmcli --inhibit-device` runs.",
      ...(f.holders.length === 0 ? ["Run as root: then ecflash can name who holds it."] : []),
    ],
  }),
  "device-unavailable": (f) => ({
    what: `The device at ${f.portPath} cannot be opened: ${f.reason}.`,
    tries: ["Run as root, or install a udev rule for 05c6:9008.", "Unbind qcserial, if it took the device."],
  }),
  "native-missing": (f) => ({
    what: `The ${f.library} library cannot be loaded: ${f.reason}.`,
    tries: ["Install libudev1 (Debian).", "Run `npm ci` again."],
  }),
  "at-silent": (f) => ({
    what: `${f.path} did not answer AT in ${seconds(f.waitedMs)}.`,
    tries: [
      "Give the module time after power-up (up to 30 s) and try again.",
      "Stop ModemManager, which may hold the port.",
    ],
  }),
  "edl-not-entered": (f) => ({
    what: `The module at ${f.portPath} did not enter EDL in ${seconds(f.waitedMs)}.`,
    tries: ["Power-cycle the module and try again.", "Try another USB port without a hub."],
  }),
  "sahara-failed": (f) => ({
    what: `Loading the programmer failed at ${f.step}: ${f.reason}.`,
    tries: [POWER_CYCLE, "Try another cable; a bad one fails here first."],
  }),
  "firehose-failed": (f) => ({
    what: `The programmer refused ${f.step}: ${f.reason}.`,
    tries: [POWER_CYCLE],
  }),
  "transfer-timeout": (f) => ({
    what: `The module did not move in ${seconds(f.deadlineMs)} at ${f.what}.`,
    tries: ["Try another cable or port."],
  }),
  "transfer-failed": (f) => ({
    what: `The USB transfer failed at ${f.what}: ${f.reason}.`,
    tries: ["Try another cable or port."],
  }),
  "module-gone": (f) => ({
    what: `The module left the bus during ${f.what}.`,
    tries: ["Check power and the cable."],
  }),
};
