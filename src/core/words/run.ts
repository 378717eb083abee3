import { RECOVER, seconds, type WordsOf } from "./common.js";

/** Words of a run on a module, and its end. */
export const RUN_WORDS: WordsOf<
  | "write-failed"
  | "write-interrupted"
  | "module-lost"
  | "revision-not-confirmed"
  | "calibration-lost"
  | "identity-changed"
  | "radio-offline"
  | "interrupted-after-write"
  | "no-bootable-firmware"
  | "programmer-mute"
  | "package-not-at-hand"
  | "connect-failed"
  | "interrupted"
> = {
  "write-failed": (f) => ({
    what: `Writing stopped at item ${f.item} of ${f.items} (${f.step}): ${f.reason}.`,
    tries: [
      RECOVER,
      "Do not power-cycle it before; if it was, the module is expected to wait in EDL all the same.",
    ],
  }),
  "write-interrupted": (f) => ({
    what: `Stopped by you at item ${f.item} of ${f.items} of the write.`,
    tries: [RECOVER],
  }),
  "module-lost": (f) => ({
    what: `The module did not come back at ${f.portPath} in ${seconds(f.waitedMs)}.`,
    tries: ["Power-cycle it, then `ecflash list`.", RECOVER],
  }),
  "revision-not-confirmed": (f) => ({
    what: `After the flash the module answers ${f.found}; ${f.expected} was written.`,
    tries: ["Power-cycle the module and run `ecflash check`."],
  }),
  "calibration-lost": (f) => ({
    what: `The firmware is right, but radio calibration is gone: ${f.signs.join("; ")}. It is unique to each module; flashing again cannot bring it back.`,
    tries: [
      "Return the module (RMA) with the run log.",
      "Keep the calibration copy that Inspect made; it is the only one.",
    ],
  }),
  "identity-changed": (f) => ({
    what: `The module that came back has IMEI ${f.after}; the one that was flashed had ${f.before}.`,
    tries: [
      "Check which module is plugged at this port path.",
      "If it is the same one, return it (RMA) with the run log.",
    ],
  }),
  "radio-offline": (f) => ({
    what: `The new firmware is confirmed, but the radio stays offline: CFUN is ${f.cfun} and going online answers ${f.answer}.`,
    tries: [
      "Power-cycle the module and run `ecflash check`.",
      "If it stays, return the module (RMA) with the run log.",
    ],
  }),
  "interrupted-after-write": (f) => ({
    what: `Stopped by ${f.signal} after the write was complete and before it was confirmed.`,
    tries: ["Run `ecflash recover`: it confirms the new firmware."],
  }),
  "no-bootable-firmware": (f) => ({
    what: `The module at ${f.portPath} was restarted and did not come back in normal mode: it holds no firmware that starts.`,
    tries: [
      "If a run of ecflash is unfinished, finish it on the host that began it: `ecflash recover`.",
      "Otherwise ask Quectel for the package of this module, with its label.",
    ],
  }),
  "programmer-mute": (f) => ({
    what: `The module at ${f.portPath} is in EDL and answers nothing: it waits for the rest of what a killed run was sending. It was only asked whether it listens.`,
    tries: [
      "Power-cycle the module, then run `ecflash recover` again.",
      "If it has no power switch, unplug it for ten seconds.",
    ],
  }),
  "package-not-at-hand": (f) => ({
    what: `The package of the unfinished run (${f.release}) cannot be had again. ${f.reason}`,
    tries: [
      "`ecflash recover --index URL --key PUBLIC_KEY`, with an index that has it: an expired one will do, and so will a release that was taken back.",
      `Or copy the folder of the archive with the SHA-256 ${f.archiveSha256} from another host's cache to ${f.path}.`,
      "Leave the module as it is until then.",
    ],
  }),
  "connect-failed": (f) => ({
    what: `The connect test failed at ${f.stage}: ${f.reason}.`,
    tries: [
      "The firmware is right; look at SIM, antenna and APN.",
      "`ecflash connect` repeats this test alone.",
    ],
  }),
  interrupted: (f) => ({
    what: `Stopped by ${f.signal} before this run wrote anything.`,
    tries: ["Run the command again when you like."],
  }),
};
