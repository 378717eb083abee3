import { describe, expect, it } from "vitest";
import { describeError, wordsOf } from "../../src/core/catalogue.js";
import {
  asEcflashError,
  EcflashError,
  ERROR_EXIT,
  type ErrorCode,
  type ErrorFacts,
  isEcflashError,
} from "../../src/core/errors.js";
import type { ModuleState } from "../../src/core/lifecycle.js";

/** One realistic failure for each code. Total by its type: a new code without a sample does not compile. */
const SAMPLES: { readonly [C in ErrorCode]: ErrorFacts[C] } = {
  bug: { detail: "RangeError: the last row of the verdict table applies to everything" },
  usage: { detail: "--label and --from cannot be given together." },
  "variant-unknown": { variant: "EC25-Q", known: ["EC25-A", "EC25-AF", "EC25-E"] },
  "label-unknown": { label: "EC25QQA-512-STD" },
  "label-ambiguous": { label: "EC25-AF EC25AFA-512-STD", readings: ["EC25AFA", "EC25-AF"] },
  "scenario-unknown": { scenario: "wrong-varient", known: ["wrong-variant", "healthy"] },
  "inventory-invalid": {
    path: "fleet.csv",
    problems: ["line 3 and line 7 are one module: serial A01, declared EC25AFA and EC25EFA"],
  },
  "time-up": { what: "reading the module at 1-1.2", limitMs: 20_000 },
  "input-unreadable": { path: "thread.txt", reason: "no such file" },
  "input-empty": { path: "thread.txt" },
  "manifest-invalid": { path: "manifests/variants.json", reason: "EC25-A: unknown key maks" },
  "policy-invalid": {
    path: "policy.json",
    reason: "policy[0].hardwareCode: no hardware code is called EC25XX",
  },
  "key-unusable": { path: "owner.key", reason: "the password is wrong" },
  "config-invalid": { path: "ecflash.json", reason: "unknown key idnex" },
  "no-module": { looked: "no 2c7c:0125 and no 05c6:9008 on the bus" },
  "module-ambiguous": { portPaths: ["1-1.2", "1-1.3"] },
  "nothing-to-recover": { portPath: "1-1.2" },
  undeclared: { claimed: "EC25-E (EC25EFAR06A11M4G)" },
  "declared-without-code": { variant: "EC25-AF", codes: ["EC25AFFA", "EC25AFFD"] },
  disputed: {
    declared: "EC25-A",
    claimed: "EC25-E",
    because: "CFUN is 1 and the module is registered (home)",
  },
  "verdict-forbids-flash": { verdict: "impaired", because: "CFUN is 5 (factory test mode)" },
  "package-for-other-hardware": {
    release: "EC25EFAR06A11M4G_01.001.01.001",
    packageCode: "EC25EFA",
    declaredCode: "EC25AFA",
  },
  "crossing-without-edge": {
    from: "EC25EFAR06A17M4G_20.200.20.200",
    to: "EC25EFAR08A01M4G_01.001.01.001",
    why: "baseline R06 to R08, build line 20.2xx to 01.x; no edge of the index allows it",
    label: "EC25EFA-512-STD",
    imeiEnd: "0018",
  },
  "engine-blocked": {
    release: "EC25AFAR05A07M4G_30.005.30.005",
    engine: "builtin",
    reason: "its programmer does not answer read",
  },
  "geometry-differs": {
    plan: "2048-byte pages, 128 KiB blocks",
    module: "4096-byte pages, 256 KiB blocks, 512 MiB",
  },
  "maps-differ": { differences: ["EFS2: module has blocks 20-195, package expects blocks 20-155"] },
  "map-unreadable": { reason: "the programmer refuses read" },
  "stranger-in-edl": { expected: "0x1a2b3c4d", found: "0x5e6f7081" },
  "stranger-at-port": {
    portPath: "1-1.2",
    expected: "***********0018",
    found: "***********0026",
    record: "state/journal/1-1.2.json",
  },
  "wrong-mode": { portPath: "1-1.2", mode: "dump" },
  "index-signature": { reason: "signed by key 9f2c, which is not trusted" },
  "index-invalid": { reason: "packages[0]: unknown key sha25" },
  "index-expired": { expired: "2025-01-31" },
  "index-rollback": { name: "site", offered: 6, seen: 7 },
  "index-forked": { name: "site", version: 7 },
  "index-fast-forward": { name: "site", offered: 2_000_000_000, seen: 7, most: 100_007 },
  "index-mixed-up": { address: "/media/stick/ecflash-index.json", expected: "site", found: "lab" },
  "release-missing": {
    hardwareCode: "EC25AFA",
    orderOption: "STD",
    line: "30.x",
    asked: "EC25AFAR05A09M4G",
    recommended: [],
    known: ["EC25AFAR05A07M4G_30.005.30.005"],
  },
  "release-retracted": {
    release: "EC25AFAR05A06M4G_30.002.30.002",
    reason: "CFUN 7 on some units",
    date: "2026-05-01",
  },
  "package-length": { expectedBytes: 41_943_040, gotBytes: 41_940_992 },
  "package-hash": { expected: "9f86d081", got: "60303ae2" },
  "archive-unsafe": { entry: "../../etc/passwd", reason: "it leads out of the package" },
  "package-file-missing": { path: "update/tz.mbn", namedBy: "rawprogram_nand_p2K_b128K_update.xml line 12" },
  "delivery-unknown": {
    path: "EC25EFAR06A01M4G.rar",
    seen: "a RAR archive",
    remedy: "Unpack it with `unrar x FILE` and import the folder.",
  },
  "delivery-without-package": { path: "mail.zip", archives: ["EC25EFAR06A01M4G.zip"] },
  "package-ambiguous": { path: "both.zip", candidates: ["EC25EFAR06A01M4G", "EC25AFAR05A07M4G"] },
  "revision-contradiction": {
    said: ["archive name: EC25EFAR06A01M4G.zip", "folder name: EC25AFAR05A07M4G_30.005.30.005"],
  },
  "revision-unwitnessed": { seen: ["archive name: firmware.zip (names no revision)"] },
  "unpacker-missing": {
    kind: "7z",
    looked: ["/usr/bin/{7zz,7z,7za,bsdtar}"],
    packages: ["p7zip-full", "libarchive-tools"],
  },
  "unpacker-failed": { tool: "/usr/bin/7z", reason: "it took more than 300 s" },
  "output-exists": { path: "EC25AFAR05A07M4G_30.005.30.005.tar" },
  "package-md5": { path: "update/sbl1.mbn", list: "md5.txt", listed: "52AC91", got: "7D0E11" },
  "package-contradicts-index": { what: "hardware code", index: "EC25AFA", found: "EC25EFA" },
  "rawprogram-malformed": {
    file: "rawprogram_nand_p2K_b128K_update.xml",
    reason: "line 4: start_sector is no number",
  },
  "map-absent": { looked: "update/firehose/partition_complete_*.mbn" },
  "plan-unsafe": { findings: ["line 30: erase 1280+8704 touches EFS2, which no update may touch"] },
  "clock-wrong": { now: "2026-01-01T00:00:00.000Z", issued: "2026-05-01T00:00:00Z" },
  "trust-damaged": { path: "/var/lib/ecflash/indexes/site.json", reason: "Unexpected end of JSON input" },
  "package-not-found": { asked: "9f86d081", looked: "the current folder, /var/cache/ecflash/packages" },
  "package-id-ambiguous": { asked: "9f86d081", ids: ["9f86d0811a", "9f86d0812b"] },
  "no-index": { looked: "--index, ecflash.json" },
  "index-unreachable": { url: "http://127.0.0.1:8080/index.json", reason: "connection refused" },
  "archive-not-listed": { index: "site", version: 7, sha256: "9f86d081" },
  "download-failed": { url: "http://127.0.0.1:8080/package.tgz", reason: "connection reset after 12 MiB" },
  "mirrors-failed": {
    reasons: ["https://a.example/p: the server answered 404", "https://b.example/p: it is cut"],
  },
  "package-busy": { pid: 4711, waitedMs: 90_000 },
  "cache-unsafe": { path: "/var/cache/ecflash", reason: "it belongs to another user" },
  "state-unwritable": { path: "/var/lib/ecflash", reason: "permission denied" },
  "recording-unwritable": { path: "thread.ndjson", reason: "file already exists" },
  "output-unwritable": { path: "report.xml", reason: "no space left on device" },
  "run-in-progress": { portPath: "1-1.2", pid: 4711 },
  "port-missing": { role: "DM", portPath: "1-1.2" },
  "port-unavailable": { path: "/dev/ttyUSB2", reason: "permission denied" },
  "port-held": {
    path: "/dev/ttyUSB2",
    holders: ["ModemManager (pid 412)"],
    alsoAsked: ["mmcli: it does not know this module", "qmicli: not installed"],
  },
  "device-unavailable": { portPath: "1-1.2", reason: "permission denied" },
  "native-missing": { library: "usb", reason: "libudev.so.1 is not there" },
  "at-silent": { path: "/dev/ttyUSB2", waitedMs: 10_000 },
  "edl-not-entered": { portPath: "1-1.2", waitedMs: 30_000 },
  "sahara-failed": { step: "READ_DATA of image 13", reason: "no answer in 5 s" },
  "firehose-failed": { step: "configure", reason: "NAK" },
  "transfer-timeout": { what: "HELLO", deadlineMs: 500 },
  "module-gone": { what: "the transfer of the programmer" },
  "write-failed": {
    item: 12,
    items: 20,
    step: "program modem (update/NON-HLOS.ubi)",
    reason: "NAK after the data",
  },
  "write-interrupted": { item: 12, items: 20 },
  "module-lost": { portPath: "1-1.2", waitedMs: 90_000 },
  "revision-not-confirmed": {
    expected: "EC25AFAR05A07M4G_30.005.30.005",
    found: "EC25EFAR06A11M4G_01.001.01.001",
  },
  "calibration-lost": { signs: ["CFUN is 5", "the IMEI is empty"] },
  "connect-failed": { stage: "registration", reason: "still searching after 120 s" },
  "identity-changed": { before: "***********0217", after: "***********0324" },
  "radio-offline": { cfun: 7, answer: "+CME ERROR: 0" },
  "interrupted-after-write": { signal: "SIGTERM" },
  "no-bootable-firmware": { portPath: "1-1.2" },
  "programmer-mute": { portPath: "1-1.2" },
  "package-not-at-hand": {
    release: "EC25AFAR05A07M4G_30.005.30.005",
    archiveSha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    path: "/var/cache/ecflash/packages/9f86d081",
    reason: "No firmware index is configured (--index, ecflash.json).",
  },
  "package-malformed": { path: "md5.txt", reason: "line 3: no MD5" },
  "transfer-failed": { what: "program modem (update/NON-HLOS.ubi)", reason: "LIBUSB_TRANSFER_STALL" },
  interrupted: { signal: "SIGINT" },
};

const CODES = Object.keys(SAMPLES) as ErrorCode[];
const sample = (code: ErrorCode, state?: ModuleState) =>
  new EcflashError(code, SAMPLES[code], state === undefined ? {} : { state });

const EDL_OLD: ModuleState = { where: "edl", image: "old" };
const EDL_PARTIAL: ModuleState = { where: "edl", image: "partial" };

describe("the words of every failure", () => {
  it("are these, without and with the state of the module", () => {
    const rendered = CODES.map((code) => describeError(sample(code)).join("\n"));
    expect(rendered.join("\n\n")).toMatchSnapshot();
    expect(describeError(sample("sahara-failed", EDL_OLD)).join("\n")).toMatchSnapshot(
      "in EDL, nothing written",
    );
    expect(describeError(sample("write-failed", EDL_PARTIAL)).join("\n")).toMatchSnapshot(
      "in EDL, half-written",
    );
  });

  it.each(CODES)("%s: says what is, and one to three things to try, in whole sentences", (code) => {
    const { what, tries } = wordsOf(sample(code));
    expect(tries.length).toBeGreaterThanOrEqual(1);
    expect(tries.length).toBeLessThanOrEqual(3);
    for (const sentence of [what, ...tries]) {
      expect(sentence).toMatch(/^\S.*[.!?]$/);
      expect(sentence).not.toMatch(/undefined|null|NaN|\[object|\.\.$/);
    }
  });

  it.each(CODES)("%s: holds the real values, all of them", (code) => {
    const text = describeError(sample(code)).join("\n");
    for (const [fact, value] of Object.entries(SAMPLES[code])) {
      // Waits are said in seconds, which has its own test.
      if (fact.endsWith("Ms")) continue;
      for (const one of [value].flat()) expect(text).toContain(String(one));
    }
  });

  it("say waits in seconds, and short ones in milliseconds", () => {
    expect(wordsOf(sample("edl-not-entered")).what).toContain("in 30 s");
    expect(wordsOf(sample("transfer-timeout")).what).toContain("in 500 ms");
  });

  it("tell of a missing recommendation apart from a missing release", () => {
    const facts = { hardwareCode: "EC25AFA", orderOption: null, line: null, asked: null, known: [] };
    const none = new EcflashError("release-missing", { ...facts, recommended: [] });
    expect(describeError(none).join("\n")).toBe(
      "The index recommends no release for EC25AFA. [release-missing]\n- Ask whoever owns the firmware index.",
    );
    const two = new EcflashError("release-missing", { ...facts, line: "30.x", recommended: ["A", "B"] });
    expect(describeError(two)[0]).toBe(
      "The index recommends more than one release for EC25AFA on line 30.x: A, B. [release-missing]",
    );
  });

  it("tell of a missing AT port apart from a missing DM port", () => {
    const at = new EcflashError("port-missing", { role: "AT", portPath: "1-1.2" });
    expect(describeError(at).join("\n")).not.toContain("diag");
  });
});

describe("what is said of the module never contradicts what is known of it", () => {
  it("a half-written module is never said to start as before", () => {
    for (const code of CODES) {
      if (ERROR_EXIT[code] === 130) continue;
      const text = describeError(sample(code, EDL_PARTIAL)).join("\n");
      expect(text, code).toContain("half-written");
      expect(text, code).not.toContain("nothing was written");
    }
  });

  it("a failure at Sahara sends a module with its old image to a power-cycle, a half-written one to recover", () => {
    expect(wordsOf(sample("sahara-failed", EDL_OLD)).tries[0]).toContain("Power-cycle");
    expect(wordsOf(sample("sahara-failed", EDL_PARTIAL)).tries[0]).toContain("ecflash recover");
  });
});

describe("exit codes by the design's meaning", () => {
  const codesOf = (exit: number) => CODES.filter((code) => ERROR_EXIT[code] === exit);

  it("a bug is 1 and an interrupt before the first write 130, each alone", () => {
    expect(codesOf(1)).toEqual(["bug"]);
    expect(codesOf(130)).toEqual(["interrupted"]);
  });

  it("what leaves a module half-written is 7, what leaves it unproven 8 or 9: 2 to 6 promise that nothing was written", () => {
    expect(codesOf(7)).toEqual(["write-failed", "write-interrupted", "no-bootable-firmware"]);
    expect(codesOf(8)).toEqual([
      "module-lost",
      "revision-not-confirmed",
      "calibration-lost",
      "identity-changed",
      "radio-offline",
      "interrupted-after-write",
    ]);
    expect(codesOf(9)).toEqual(["connect-failed"]);
  });

  it("3 is no module or too many; 4 is about this module; 5 about the package or index; 6 about the host", () => {
    expect(codesOf(3)).toEqual(["no-module", "module-ambiguous", "nothing-to-recover"]);
    expect(codesOf(4)).toEqual(
      expect.arrayContaining([
        "undeclared",
        "disputed",
        "crossing-without-edge",
        "geometry-differs",
        "maps-differ",
        "stranger-in-edl",
      ]),
    );
    expect(codesOf(5)).toEqual(
      expect.arrayContaining([
        "index-signature",
        "package-hash",
        "package-file-missing",
        "plan-unsafe",
        "map-absent",
      ]),
    );
    expect(codesOf(6)).toEqual(
      expect.arrayContaining(["run-in-progress", "port-unavailable", "state-unwritable"]),
    );
  });

  it("an input without an answer, and a module not read in time, is undecided, never 0", () => {
    expect(codesOf(11)).toEqual(["time-up", "input-empty"]);
    expect(codesOf(0)).toEqual([]);
  });

  it("5 and 6 are 7 beside a half-written module and 8 beside an unconfirmed one, since something was written", () => {
    for (const code of CODES) {
      const own = ERROR_EXIT[code];
      const promises = own === 5 || own === 6;
      expect(sample(code, EDL_OLD).exit, code).toBe(own);
      expect(sample(code, EDL_PARTIAL).exit, code).toBe(promises ? 7 : own);
      expect(sample(code, { where: "normal", image: "new" }).exit, code).toBe(promises ? 8 : own);
    }
  });

  it("a stranger met while another module's write is unfinished is refused all the same", () => {
    expect(sample("stranger-in-edl", EDL_PARTIAL).exit).toBe(4);
  });
});

describe("EcflashError", () => {
  it("takes the state of the module on its way up, and the first that is known stays", () => {
    const error = sample("module-gone").withState(EDL_PARTIAL).withState(EDL_OLD);
    expect(error.state).toEqual(EDL_PARTIAL);
    expect([error.code, error.facts]).toEqual(["module-gone", SAMPLES["module-gone"]]);
  });

  it("makes a bug of what nobody foresaw, and keeps the cause", () => {
    const cause = new TypeError("x is not a function");
    const error = asEcflashError(cause);
    expect(error.facts).toEqual({ detail: "TypeError: x is not a function" });
    expect(error.cause).toBe(cause);
    expect(asEcflashError(error)).toBe(error);
    expect(asEcflashError("thrown text").facts).toEqual({ detail: "thrown text" });
  });

  it("is told apart by its code", () => {
    expect(isEcflashError(sample("module-gone"), "module-gone", "module-lost")).toBe(true);
    expect(isEcflashError(sample("module-gone"), "module-lost")).toBe(false);
    expect(isEcflashError(sample("module-gone"))).toBe(true);
    expect(isEcflashError(new Error("module-gone"))).toBe(false);
  });
});
