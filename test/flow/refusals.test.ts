import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { READS } from "../../src/core/at-commands.js";
import type { FirmwareIndex, Release } from "../../src/package/index/types.js";
import type { ModuleSetup } from "../../src/sim/scenario.js";
import { type Bench, type BenchSetup, declare, makeBench, type Told, untrodden } from "./bench.js";
import { withAnswers, withoutDmPort } from "./buses.js";
import { raise, renewMd5, type Tree } from "./site.js";
import { snapshotOf } from "./truth.js";

const ALLOWED: readonly string[] = Object.values(READS);

/** The heart of a refusal: the module heard reads, and nothing else at all. */
function expectReadsOnly({ module }: Bench): void {
  const { acts } = module.recorder;
  expect(acts.filter(({ kind }) => kind !== "at")).toEqual([]);
  expect(module.recorder.atCommands().filter((command) => !ALLOWED.includes(command))).toEqual([]);
  expect(module.recorder.wroteAnything()).toBe(false);
}

async function refusedWith(
  setup: BenchSetup,
  command: (bench: Bench) => Promise<Told>,
  exit: number,
  code: string,
): Promise<Told> {
  const bench = await makeBench(setup);
  const { whole } = snapshotOf(bench);
  const told = await command(bench);
  expect(told.words).toContain(`[${code}]`);
  expect(told.result.exit).toBe(exit);
  expect(snapshotOf(bench).whole).toBe(whole);
  expectReadsOnly(bench);
  expect(await bench.journals()).toEqual([]);
  return told;
}

const flash = (bench: Bench) => bench.flash();

const OTHER = "EC25EFAR06A12M4G_01.001.01.001";
/** A second release in the index: rightly made, for other hardware. */
const withOther: BenchSetup["site"] = {
  index: (index) => {
    const [first] = index.releases;
    if (first === undefined) throw new Error("no release");
    const other = { ...first, hardwareCodes: ["EC25EFA"], revision: OTHER, line: "01.x" };
    return { ...index, releases: [first, other] };
  },
};

/** The offered release once more, under another name and not recommended. */
const withAlso = (changes: Partial<Release>): BenchSetup => ({
  site: {
    index: (index) => ({
      ...index,
      releases: index.releases.flatMap((one) => [one, { ...one, recommended: false, ...changes }]),
    }),
  },
});

describe("refused for what the module is or is said to be: 4", () => {
  it("a release for another hardware code", async () => {
    const told = await refusedWith(
      { site: withOther },
      (bench) => bench.flash({ release: OTHER }),
      4,
      "package-for-other-hardware",
    );
    expect(told.words).toContain("EC25EFA");
  });

  it("nothing declared", async () => {
    await refusedWith({}, (bench) => bench.flash({ declarations: [] }), 4, "undeclared");
  });

  it("a registered healthy module under a wrong label", async () => {
    const declarations = declare({ label: "EC25EFA-512-STD" });
    const told = await refusedWith(
      { scenario: "healthy" },
      (bench) => bench.flash({ declarations }),
      4,
      "disputed",
    );
    expect(told.words).toContain("Read the shield");
    expect(told.words).toMatch(/and shows it: \S.*registered/);
  });

  it("two declarations that disagree", async () => {
    const declarations = declare({ label: "EC25AFA-512-STD", variant: "EC25-E" });
    await refusedWith({}, (bench) => bench.flash({ declarations }), 4, "disputed");
  });

  it("a crossing without an edge", async () => {
    const told = await refusedWith({ ...untrodden({}), edges: [] }, flash, 4, "crossing-without-edge");
    expect(told.words).toMatch(
      /Send Quectel this, .*: AT\+QGMR EC25EFAR06A17M4G_20\.200\.20\.200, label EC25AFA-512-STD, IMEI \.\.\.\d{4};/,
    );
  });

  it("a release that its index lets no engine of ecflash write", async () => {
    const blockedEngines = [{ engine: "builtin" as const, reason: "hangs at TZ" }];
    const index = (whole: FirmwareIndex) => ({
      ...whole,
      releases: whole.releases.map((release) => ({ ...release, blockedEngines })),
    });
    const told = await refusedWith({ site: { index } }, flash, 4, "engine-blocked");
    expect(told.words).toContain("hangs at TZ");
  });

  it("a release of another line that was asked for, without an edge to it", async () => {
    const release = "EC25AFAR05A05M4G_01.002.01.002";
    const told = await refusedWith(
      withAlso({ revision: release, line: "01.x" }),
      (bench) => bench.flash({ release }),
      4,
      "crossing-without-edge",
    );
    expect(told.words).toContain("no edge of the index allows it");
  });

  it("a variant that is built with several hardware codes", async () => {
    const declarations = declare({ variant: "EC25-AF" });
    const told = await refusedWith({}, (bench) => bench.flash({ declarations }), 4, "declared-without-code");
    expect(told.words).toContain("EC25AFFA, EC25AFFD");
  });

  it("an impaired module: right firmware, no calibration", async () => {
    const told = await refusedWith(
      { scenario: "healthy" },
      (bench) => bench.flash({ bus: withAnswers(bench.world.bus, withoutImei) }),
      4,
      "verdict-forbids-flash",
    );
    expect(told.words).toContain("impaired");
  });

  it("custom firmware", async () => {
    const told = await refusedWith(withRevision("0.5.1"), flash, 4, "verdict-forbids-flash");
    expect(told.words).toContain("custom");
  });

  it.each(["EC21EFAR06A02M4G_01.001.01.001", "RM500QGLAAR01A01M4G_BETA_20200428F"])(
    "a module of another model: %s",
    async (revision) => {
      const told = await refusedWith(withRevision(revision), flash, 4, "verdict-forbids-flash");
      expect(told.words).toContain("another model");
    },
  );

  it("a module that takes commands and says nothing", async () => {
    const told = await refusedWith({ scenario: "silent" }, flash, 4, "verdict-forbids-flash");
    expect(told.words).toContain("said nothing");
  });

  it("two modules and no port path: 3", async () => {
    await refusedWith({ scenario: "two-modules" }, flash, 3, "module-ambiguous");
  });

  it("a module that is in EDL already", async () => {
    const told = await refusedWith({ scenario: "edl" }, flash, 4, "wrong-mode");
    expect(told.words).toContain("ecflash recover");
  });
});

describe("refused for the package or the index: 5", () => {
  const xmlOf = (tree: Tree) => {
    const found = [...tree].find(([path]) => /rawprogram_.*_update\.xml$/.test(path));
    return found ?? raise("no rawprogram");
  };

  it("a rawprogram that programs into EFS2", async () => {
    const tree = (files: Tree, top: string) => {
      const [path, bytes] = xmlOf(files);
      // The image of TZ, and its erase, to the second block of EFS2.
      const moved = new TextDecoder().decode(bytes).replaceAll('start_sector="8960"', 'start_sector="1344"');
      expect(moved).not.toBe(new TextDecoder().decode(bytes));
      files.set(path, new TextEncoder().encode(moved));
      renewMd5(files, top);
    };
    const told = await refusedWith({ site: { tree } }, flash, 5, "plan-unsafe");
    expect(told.words).toContain("EFS2");
  });

  it("a file of the plan is missing", async () => {
    const tree = (files: Tree, top: string) => {
      files.delete(`${top}/update/NON-HLOS.ubi`);
      renewMd5(files, top);
    };
    const told = await refusedWith({ site: { tree } }, flash, 5, "package-file-missing");
    expect(told.words).toContain("NON-HLOS.ubi");
  });

  it("a file that is not what md5.txt lists", async () => {
    const tree = (files: Tree, top: string) => {
      files.set(`${top}/update/rpm.mbn`, new Uint8Array(5000).fill(7));
    };
    await refusedWith({ site: { tree } }, flash, 5, "package-md5");
  });

  it("an archive that is not the signed one", async () => {
    const files = (site: Map<string, Uint8Array>) => {
      const [name, bytes] = [...site].find(([path]) => path.endsWith(".tar.gz")) ?? raise("no archive");
      const other = bytes.slice();
      other[4000] = (other[4000] ?? 0) ^ 1;
      site.set(name, other);
    };
    await refusedWith({ site: { files } }, flash, 5, "package-hash");
  });

  it("an index changed after it was signed", async () => {
    const files = (site: Map<string, Uint8Array>) => {
      const text = new TextDecoder().decode(site.get("ecflash-index.json"));
      site.set("ecflash-index.json", new TextEncoder().encode(text.replace('"modules":1', '"modules":9')));
    };
    await refusedWith({ site: { files } }, flash, 5, "index-signature");
  });

  it("an index of a key nobody trusts", async () => {
    const index = (bench: Bench) => ({ ...bench.index, publicKeys: [] as string[] });
    await refusedWith({}, (bench) => bench.flash({ index: index(bench) }), 5, "index-signature");
  });

  it("an expired index", async () => {
    const now = () => new Date(Date.UTC(2027, 0, 1));
    await refusedWith({}, (bench) => bench.flash({ now }), 5, "index-expired");
  });

  it("a release that was taken back and is asked for; one that is not there", async () => {
    const release = "EC25AFAR05A05M4G_30.003.30.003";
    const retracted = { reason: "CFUN 7 on some units", date: "2026-05-01" };
    const told = await refusedWith(
      withAlso({ revision: release, retracted }),
      (bench) => bench.flash({ release }),
      5,
      "release-retracted",
    );
    expect(told.words).toMatch(/was taken back on 2026-05-01: CFUN 7 on some units/);
    const missing = await refusedWith({}, (bench) => bench.flash({ release }), 5, "release-missing");
    expect(missing.words).toMatch(/has no release EC25AFAR05A05M4G_30\.003\.30\.003 for EC25AFA/);
  });

  it("a plan that is not the signed one", async () => {
    const site = {
      index: (index: Parameters<NonNullable<NonNullable<BenchSetup["site"]>["index"]>>[0]) => ({
        ...index,
        releases: index.releases.map((release) => ({ ...release, planHash: "1".repeat(64) })),
      }),
    };
    await refusedWith({ site }, flash, 5, "package-contradicts-index");
  });
});

describe("the host is not ready: 6", () => {
  it("no index", async () => {
    await refusedWith({}, (bench) => bench.flash({ index: null }), 6, "no-index");
  });

  it("no DM port", async () => {
    const told = await refusedWith(
      {},
      (bench) => bench.flash({ bus: withoutDmPort(bench.world.bus) }),
      6,
      "port-missing",
    );
    expect(told.words).toContain("The module is in normal mode, with its old firmware; nothing was written.");
  });

  it("a module whose usbcfg hides DIAG", async () => {
    const hidden = (setup: ModuleSetup) => ({
      nv: { ...setup.nv, usbcfg: { ...setup.nv.usbcfg, diag: false } },
    });
    const told = await refusedWith({ module: hidden }, flash, 6, "port-missing");
    expect(told.words).toContain("The module is in normal mode, with its old firmware; nothing was written.");
  });

  it("a state directory that cannot be written: not even a read is sent", async () => {
    const bench = await makeBench();
    // Also root cannot make a directory below a file.
    await writeFile(bench.stateDir, "in the way");
    const { result, words } = await bench.flash();
    expect(result.exit).toBe(6);
    expect(words).toContain("[state-unwritable]");
    expect(bench.module.recorder.acts).toEqual([]);
  });

  it("a lock that a living process holds", async () => {
    const bench = await makeBench();
    const other = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
    try {
      await once(other, "spawn");
      await lockFor(bench, other.pid ?? raise("no pid"), await startTimeOf(other.pid ?? 0));
      const { result, words } = await bench.flash();
      expect(result.exit).toBe(6);
      expect(words).toContain(`process ${other.pid ?? 0}`);
      expect(bench.module.recorder.acts).toEqual([]);
    } finally {
      other.kill();
      await once(other, "exit");
    }
  });

  it("a lock of a dead process is taken over, also when its number was given to another", async () => {
    const bench = await makeBench();
    await lockFor(bench, process.pid, "1");
    const { result } = await bench.flash();
    expect(result).toMatchObject({ outcome: "done", exit: 0 });
  });
});

function withRevision(revision: string): BenchSetup {
  return { module: () => ({ firmware: { revision } }) };
}

/** The answer to `AT+GSN` of a module whose calibration is gone: OK, and no digits. */
function withoutImei(text: string): string {
  return text.replace(/\r\n\d{15}\r\n/, "");
}

async function lockFor({ stateDir, module }: Bench, pid: number, started: string): Promise<void> {
  await mkdir(join(stateDir, "locks"), { recursive: true });
  await writeFile(join(stateDir, "locks", `${module.portPath}.1.lock`), `${pid} ${started}`);
}

/** Field 22 of /proc/PID/stat (proc(5)). */
async function startTimeOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? raise("no start time");
}
