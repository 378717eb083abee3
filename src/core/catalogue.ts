import type { EcflashError, ErrorCode, ErrorFacts } from "./errors.js";
import { describeState } from "./lifecycle.js";

/** The words of one failure: what is, with its real values, and what to try, most likely first, three at most. */
export interface Words {
  readonly what: string;
  readonly tries: readonly string[];
}

type Catalogue = { readonly [C in ErrorCode]: (facts: ErrorFacts[C]) => Words };

/** Said only of a module with its old image; `wordsOf` puts RECOVER in its place for any other. */
const POWER_CYCLE = "Power-cycle the module; nothing was written, so it starts as before.";
const RECOVER = "Run `ecflash recover`: it meets the module where it is and finishes the plan.";
const ASK_FOR_INDEX = "Ask whoever owns the firmware index.";
const ASK_OWNER = "Ask whoever owns the firmware index; the package must be replaced there.";
/** Of what is as wrong in a vendor's mail as in an archive of the index. */
const ASK_SOURCE =
  "Ask whoever you have the package from, the vendor or the owner of your firmware index; it must be replaced there.";
const GET_AGAIN = "Get it once more from where it came: it may have been damaged on its way.";

const CATALOGUE: Catalogue = {
  bug: (f) => ({
    what: `ecflash failed in a way it did not foresee: ${f.detail}.`,
    tries: ["Report this with the run log; it is a fault of ecflash, not of the module."],
  }),
  usage: (f) => ({ what: f.detail, tries: ["See `ecflash --help`."] }),
  "variant-unknown": (f) => ({
    what: `No variant is called "${f.variant}".`,
    tries: [`Known variants: ${f.known.join(", ")}.`],
  }),
  "label-unknown": (f) => ({
    what: `The label "${f.label}" names no hardware code and no variant that is known.`,
    tries: [
      "Type the first line of the shield as it is printed, for example EC25AFA-512-STD.",
      "Or name the variant: --variant EC25-A.",
    ],
  }),
  "label-ambiguous": (f) => ({
    what: `The label "${f.label}" can be read in two ways: ${f.readings.join(" or ")}.`,
    tries: ["Type the whole ordering code with its size, for example EC25AFA-512-STD."],
  }),
  "scenario-unknown": (f) => ({
    what: `No scenario of the virtual module is called "${f.scenario}".`,
    tries: [`Known scenarios: ${f.known.join(", ")}.`],
  }),
  "inventory-invalid": (f) => ({
    what: `The inventory ${f.path} cannot be trusted: ${f.problems.join("; ")}.`,
    tries: ["Correct the rows; a row that says nothing certain would weaken every verdict."],
  }),
  "time-up": (f) => ({
    what: `The ${seconds(f.limitMs)} of --timeout were over before ${f.what} was finished.`,
    tries: ["Allow more: --timeout 120. A module that starts needs 30 s, a silent one as long to be sure."],
  }),
  "input-unreadable": (f) => ({
    what: `${f.path} cannot be read: ${f.reason}.`,
    tries: ["Check the path, and that this user may read what is there."],
  }),
  "input-empty": (f) => ({
    what: `${f.path} holds no answer of a module.`,
    tries: ["Give a captured terminal text with AT+QGMR, ATI or a quectel-CM log in it."],
  }),
  "manifest-invalid": (f) => ({
    what: `The manifest ${f.path} is not valid: ${f.reason}.`,
    tries: ["Correct the file; an unknown key is an error."],
  }),
  "config-invalid": (f) => ({
    what: `The configuration ${f.path} is not valid: ${f.reason}.`,
    tries: ["Correct the file; an unknown key is an error."],
  }),
  "key-unusable": (f) => ({
    what: `The key ${f.path} cannot be used: ${f.reason}.`,
    tries: ["Name a key made by `ecflash index keygen` or `minisign -G`, and its password."],
  }),
  "policy-invalid": (f) => ({
    what: `The policy ${f.path} is not valid: ${f.reason}.`,
    tries: ["Correct the file; `ecflash manifest schema policy` prints its shape."],
  }),

  "no-module": (f) => ({
    what: `No module of the EC25 family was found (${f.looked}).`,
    tries: [
      "Check power and the USB cable; `lsusb` should show 2c7c:0125.",
      "Try without hardware: `ecflash check --sim wrong-variant`.",
    ],
  }),
  "module-ambiguous": (f) => ({
    what: `Several modules are plugged: ${f.portPaths.join(", ")}.`,
    tries: [`Say which one: --port ${f.portPaths[0] ?? "1-1"}.`],
  }),
  "nothing-to-recover": (f) => ({
    what: `No unfinished run is recorded for the module at ${f.portPath}.`,
    tries: ["`ecflash check` tells what the module is."],
  }),

  undeclared: (f) => ({
    what: `Nothing says what this module is. Its firmware claims ${f.claimed}, but a claim is what is in doubt.`,
    tries: ["Read the ordering code on the shield and give it: --label EC25AFA-512-STD."],
  }),
  "declared-without-code": (f) => ({
    what:
      f.codes.length > 1
        ? `${f.variant} is built with several hardware codes (${f.codes.join(", ")}), and firmware belongs to one of them only.`
        : `No hardware code of ${f.variant} is recorded for certain (${f.codes[0] ?? "none is known"}), and firmware belongs to one only.`,
    tries: ["Read the ordering code on the shield and give it with --label."],
  }),
  disputed: (f) => ({
    what: `Declared is ${f.declared}, but the module claims ${f.claimed} and shows it: ${f.because}. A wrong label is likelier than wrong factory firmware.`,
    tries: [
      "Read the shield of this very module again.",
      "Check that the port path belongs to it: `ecflash list`.",
    ],
  }),
  "verdict-forbids-flash": (f) => ({
    what: `The module's verdict is ${f.verdict}: ${f.because.replace(/\.$/, "")}. It is not flashed.`,
    tries: ["See `ecflash check` for the evidence."],
  }),
  "package-for-other-hardware": (f) => ({
    what: `${f.release} is firmware for ${f.packageCode}; the module is declared ${f.declaredCode}.`,
    tries: [`Leave --release away to take the recommended release for ${f.declaredCode}.`],
  }),
  "crossing-without-edge": (f) => ({
    what: `Going from ${f.from} to ${f.to} is a crossing that no signed index allows: ${f.why}.`,
    tries: [
      `Send Quectel this, with the whole IMEI in it: AT+QGMR ${f.from}, label ${f.label ?? "(as on the shield)"}, IMEI ${f.imeiEnd === null ? "(of the module)" : `...${f.imeiEnd}`}; may this module be taken to ${f.to}, and with which package?`,
      "The owner of the index can add an edge once it is tested: ecflash index edge.",
    ],
  }),
  "engine-blocked": (f) => ({
    what: `The index does not allow ${f.engine} to write ${f.release}: ${f.reason}.`,
    tries: ["Choose another release with --release.", ASK_FOR_INDEX],
  }),
  "geometry-differs": (f) => ({
    what: `The NAND is ${f.module}; the package is made for ${f.plan}.`,
    tries: ["Ask for the package built for this NAND; two kinds exist under one ordering code."],
  }),
  "maps-differ": (f) => ({
    what: `Where calibration lies on this module is not where the package expects it: ${f.differences.join("; ")}.`,
    tries: [
      "Do not force it: writing would destroy radio calibration that nobody can restore.",
      "Send both maps to Quectel and ask for the package of this module.",
    ],
  }),
  "map-unreadable": (f) => ({
    what: `The module's own partition map could not be read (${f.reason}), so it cannot be proven that calibration stays untouched.`,
    tries: [POWER_CYCLE, "Try again; if it stays, ask Quectel for the package of this module."],
  }),
  "stranger-in-edl": (f) => ({
    what: `Another module is in EDL there: the run belongs to chip ${f.expected}, this one is chip ${f.found}.`,
    tries: [
      "Power-cycle this module to lead it out of EDL.",
      "Put the module of the unfinished run back into this port.",
    ],
  }),
  "stranger-at-port": (f) => ({
    what: `An unfinished run at ${f.portPath} belongs to the module with IMEI ${f.expected}; the IMEI of this one is ${f.found}.`,
    tries: [
      "Put the module of the unfinished run back into this port and run `ecflash recover`.",
      `To give that run up for good, remove its record, ${f.record}.`,
    ],
  }),
  "wrong-mode": (f) => ({
    what: `The module at ${f.portPath} is in ${f.mode} mode, where this cannot be done.`,
    tries: [
      "Power-cycle the module: take its power, not only the USB cable; dump mode ends in no other way.",
      "If it then waits in EDL: `ecflash recover`.",
    ],
  }),

  "index-signature": (f) => ({
    what: `The firmware index is not signed as it must be: ${f.reason}.`,
    tries: [
      "Check the key: --key, ECFLASH_INDEX_KEY, or publicKeys in ecflash.json.",
      "Ask whoever owns the firmware index to sign it with the keys that are missing.",
      "Only where its owner confirms that those are lost: `ecflash index forget NAME` goes back to the configured keys.",
    ],
  }),
  "index-invalid": (f) => ({
    what: `The firmware index is not valid: ${f.reason}.`,
    tries: ["Ask whoever owns the firmware index to mend it and to sign it again."],
  }),
  "index-expired": (f) => ({
    what: `The firmware index expired on ${f.expired}.`,
    tries: [
      "Fetch a fresh index; a mirror or a stick may be behind.",
      "Check the clock of this host.",
      "Its owner gives it a new life with `ecflash index renew`, and signs it again.",
    ],
  }),
  "index-rollback": (f) => ({
    what: `The firmware index ${f.name} is version ${f.offered}; this host has already accepted version ${f.seen}, and an older one is never taken.`,
    tries: ["Fetch a fresh index: a mirror or a stick may be behind.", ASK_FOR_INDEX],
  }),
  "index-forked": (f) => ({
    what: `The firmware index ${f.name} has other content than the version ${f.version} that this host accepted before.`,
    tries: ["Ask whoever owns the firmware index to sign the change again under a higher version."],
  }),
  "index-fast-forward": (f) => ({
    what: `The firmware index ${f.name} jumps from version ${f.seen} to ${f.offered}; the most in one step is ${f.most}.`,
    tries: [
      ASK_FOR_INDEX,
      `If the owner confirms that version, run \`ecflash index forget ${f.name} --version-too\`.`,
    ],
  }),
  "index-mixed-up": (f) => ({
    what: `${f.address} gave the firmware index ${f.found}; it must be ${f.expected}.`,
    tries: [
      "Check the address of the index.",
      `If its owner renamed it, run \`ecflash index forget ${f.expected}\`.`,
    ],
  }),
  "release-missing": (f) => ({
    what: missingRelease(f),
    tries: [f.known.length > 0 ? `It has: ${f.known.join(", ")}; choose with --release.` : ASK_FOR_INDEX],
  }),
  "release-retracted": (f) => ({
    what: `${f.release} was taken back on ${f.date}: ${f.reason}.`,
    tries: ["Leave --release away to take the recommended release.", ASK_FOR_INDEX],
  }),
  "package-length": (f) => ({
    what: `The package is ${f.gotBytes} bytes; the index says ${f.expectedBytes}.`,
    tries: ["Fetch it again.", ASK_OWNER],
  }),
  "package-hash": (f) => ({
    what: `The package's SHA-256 is ${f.got}; the index says ${f.expected}.`,
    tries: ["Fetch it again.", ASK_OWNER],
  }),
  "archive-unsafe": (f) => ({
    what:
      f.entry === null
        ? `The archive is not acceptable: ${f.reason}.`
        : `"${f.entry}" in the package is not acceptable: ${f.reason}.`,
    tries: [GET_AGAIN, ASK_SOURCE],
  }),
  "package-changed": (f) => ({
    what: `${f.path} changed after ecflash had proven it.`,
    tries: [
      "Find out what writes to the package's folder; nothing may while ecflash is at work.",
      "Then do the same again: all of it is proven anew.",
    ],
  }),
  "package-file-missing": (f) => ({
    what: `The package lacks ${f.path}, which ${f.namedBy} names.`,
    tries: [ASK_SOURCE],
  }),
  "delivery-unknown": (f) => ({
    what: `${f.path} is no archive that is read here; it is ${f.seen}.`,
    tries: [f.remedy],
  }),
  "delivery-without-package": (f) => ({
    what:
      f.archives.length === 0
        ? `${f.path} holds no folder "update", so it is no firmware package of this family.`
        : `${f.path} holds no package but ${f.archives.join(", ")}, packed once more.`,
    tries:
      f.archives.length === 0
        ? [
            "Give the archive as the vendor sent it, or the folder that holds update/.",
            "A package of another module family is laid out otherwise.",
          ]
        : [`Unpack ${f.path} once, and import the archive in it.`],
  }),
  "package-ambiguous": (f) => ({
    what: `${f.path} holds several packages: ${f.candidates.join(", ")}.`,
    tries: ["Unpack it, and import the one folder that is wanted."],
  }),
  "revision-contradiction": (f) => ({
    what: `What the delivery says of its revision contradicts itself: ${f.said.join("; ")}.`,
    tries: [
      "Ask the sender which one it is; files of two releases may have been mixed.",
      "If only the archive was renamed, give it its name back; --revision settles no contradiction.",
    ],
  }),
  "revision-unwitnessed": (f) => ({
    what: `Nothing in the delivery names its revision: ${f.seen.join("; ")}.`,
    tries: ["Give it as the vendor's mail names it: --revision EC25AFAR05A07M4G_30.005.30.005."],
  }),
  "unpacker-missing": (f) => ({
    what: `No tool on this host unpacks ${f.kind} (looked for ${f.looked.join(", ")}).`,
    tries: [`Install ${f.packages.join(" or ")} (Debian).`, "Or unpack it elsewhere and import the folder."],
  }),
  "unpacker-failed": (f) => ({
    what: `${f.tool} did not unpack the archive: ${f.reason}.`,
    tries: ["Try again.", "Or unpack it by hand and import the folder."],
  }),
  "output-exists": (f) => ({
    what: `${f.path} is there already and holds something else. It was left as it is.`,
    tries: ["Name another folder with --into.", "Or replace it with --force."],
  }),
  "package-md5": (f) => ({
    what: `${f.path} has MD5 ${f.got}; ${f.list} lists ${f.listed}.`,
    tries: [GET_AGAIN, ASK_SOURCE],
  }),
  "package-contradicts-index": (f) => ({
    what: `The package's ${f.what} is ${f.found}; the signed index says ${f.index}.`,
    tries: [ASK_OWNER],
  }),
  "package-malformed": (f) => ({
    what: `${f.path} in the package is not acceptable: ${f.reason}.`,
    tries: [ASK_SOURCE],
  }),
  "rawprogram-malformed": (f) => ({ what: `${f.file} is not acceptable: ${f.reason}.`, tries: [ASK_SOURCE] }),
  "map-absent": (f) => ({
    what: `The package holds no partition table (${f.looked}), so nothing can be proven about it.`,
    tries: [ASK_SOURCE],
  }),
  "plan-unsafe": (f) => ({
    what: `The package's plan is not safe: ${f.findings.join("; ")}.`,
    tries: [ASK_SOURCE],
  }),

  "clock-wrong": (f) => ({
    what: `The clock of this host says ${f.now}; the firmware index was issued on ${f.issued}, which is later.`,
    tries: ["Set the clock of this host, then try again."],
  }),
  "trust-damaged": (f) => ({
    what: `The memory of which firmware index was accepted cannot be read: ${f.path}: ${f.reason}. Without it an older index could be passed off as new.`,
    tries: [
      "Restore the file from a backup.",
      "Remove it only after its owner told you the index's version and keys: the next index is then trusted as on a new host.",
    ],
  }),
  "package-not-found": (f) => ({
    what: `No package is called "${f.asked}" (looked in ${f.looked}).`,
    tries: [
      "Give an archive or the folder of a package, or 8 or more hex digits of the id of one in the cache (`ecflash cache list`).",
    ],
  }),
  "package-id-ambiguous": (f) => ({
    what: `"${f.asked}" begins the id of several packages in the cache: ${f.ids.join(", ")}.`,
    tries: ["Give more of its digits."],
  }),

  "no-index": (f) => ({
    what: `No firmware index is configured (${f.looked}).`,
    tries: [
      "Give one: --index URL --key PUBLIC_KEY, or write both into ecflash.json.",
      "Firmware comes from Quectel by mail; your site's owner keeps the index.",
    ],
  }),
  "index-unreachable": (f) => ({
    what: `The firmware index at ${f.url} cannot be fetched: ${f.reason}.`,
    tries: ["Check the address and the network."],
  }),
  "archive-not-listed": (f) => ({
    what: `The index ${f.index} of version ${f.version} has no archive with the SHA-256 ${f.sha256}.`,
    tries: ["Ask the owner of the index for the version that had it.", "Or name another index."],
  }),
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

/** The words of a failure. Total: a code without words does not compile. */
export function wordsOf(error: EcflashError): Words {
  const wordsFor = CATALOGUE[error.code] as (facts: ErrorFacts[ErrorCode]) => Words;
  const words = wordsFor(error.facts);
  if (error.state === null || error.state.image === "old") return words;
  return { ...words, tries: words.tries.map((line) => (line === POWER_CYCLE ? RECOVER : line)) };
}

/** A failure in full: what is, how the module is, what to try. One line each. */
export function describeError(error: EcflashError): string[] {
  const { what, tries } = wordsOf(error);
  const how = error.state === null ? [] : [describeState(error.state)];
  return [`${what} [${error.code}]`, ...how, ...tries.map((line) => `- ${line}`)];
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}

function missingRelease(f: ErrorFacts["release-missing"]): string {
  const option = f.orderOption === null ? "" : ` with order option ${f.orderOption}`;
  const whose = `${f.hardwareCode}${option}${f.line === null ? "" : ` on line ${f.line}`}`;
  if (f.asked !== null) return `The index has no release ${f.asked} for ${whose}.`;
  if (f.recommended.length === 0) return `The index recommends no release for ${whose}.`;
  return `The index recommends more than one release for ${whose}: ${f.recommended.join(", ")}.`;
}
