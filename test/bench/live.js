/**
 * In a guest with a stock kernel: from the plug to knowing what the module runs, by `ecflash check`, by ModemManager and
 * by qmicli, for one module and for sixteen; and the round trip of one AT command against a plain loop. All of it is
 * emulated, so the milliseconds mean little and the ratios in one run are what is printed for.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareKernel } from "../guest/kernel.js";
import { boot } from "../guest/machine.js";
import { writeMany } from "../guest/many.js";
import { Stage } from "../guest/stage.js";
import { missingTools } from "../guest/tools.js";
import { line, median } from "./figures.js";

const COUNTS = [1, 16];
const REVISION = "EC25AFAR05A07M4G";
/** High-speed ports of one virtual controller; those of the next begin at twice as many. */
const PORTS = 15;
const LIMIT_MS = 300_000;

/** Prints the figures; there is no goal but to know. */
export async function bench({ runs = 3 }) {
  const missing = missingTools();
  if (missing !== null) throw new Error(missing);
  const home = mkdtempSync(join(tmpdir(), "ecflash-live-"));
  const machine = await boot(prepareKernel(console.log));
  try {
    for (const count of COUNTS) {
      const scenario = writeMany(join(home, `rack-${count}.json`), count, () => `${REVISION}_30.005.30.005`);
      await race(machine, { scenario, timeScale: 0.1 }, count, runs);
    }
    await roundTrips(machine, runs);
  } finally {
    await machine.close();
    rmSync(home, { recursive: true, force: true });
  }
  return true;
}

/** Who knows all modules first. The three take turns, each on a bus that was empty. */
async function race(machine, world, count, runs) {
  const devices = Array.from({ length: count }, (_, n) => n);
  const ready = `[ $(ls /dev/ttyUSB* | wc -l) = ${count * 4} ] && [ $(ls /dev/cdc-wdm* | wc -l) = ${count} ]`;
  const nodes = `until { ${ready}; } 2>/dev/null; do sleep 0.05; done`;
  const check = `node bin/ecflash.js check --format json --allow-unknown | grep -c '"revision": "${REVISION}'`;
  const qmicli = devices.map((n) => `timeout 20 qmicli -d /dev/cdc-wdm${n} --dms-get-revision`).join("; ");
  const mmcli = `n=0; for m in $(mmcli -L | grep -o '/org[^ ]*'); do mmcli -m $m -J; done | grep -o '"revision":"${REVISION}' | wc -l`;
  const racers = [
    { name: "ecflash check", script: `${nodes}; [ $(${check}) = ${count} ]`, times: [] },
    {
      name: "qmicli, one by one",
      script: `${nodes}; [ $({ ${qmicli}; } | grep -c ${REVISION}) = ${count} ]`,
      times: [],
    },
    {
      name: "mmcli",
      script: `until [ $(${mmcli}) = ${count} ]; do sleep 0.2; done`,
      times: [],
      manager: true,
    },
  ];
  for (let run = 0; run < runs; run += 1) {
    for (const { script, times, manager = false } of racers) {
      const stage = new Stage("bench", machine, []);
      await stage.open(world);
      try {
        if (manager) await stage.startModemManager();
        await stage.run("rm -f /run/plugged");
        const places = stage.bench.busids.map((busid, n) => ({
          busid,
          vhciPort: n < PORTS ? n : 2 * PORTS + n - PORTS,
        }));
        await stage.attachEach(places);
        await stage.until("[ -s /run/plugged ]");
        const took = await stage.run(
          `{ ${script}; } >/dev/null && echo $(( $(date +%s%3N) - $(cat /run/plugged) ))`,
          {
            limitMs: LIMIT_MS,
          },
        );
        times.push(Number(took));
      } finally {
        await stage.close();
      }
    }
  }
  console.log(`\nplug to revision of ${count} module${count === 1 ? "" : "s"}`);
  for (const { name, times } of racers) console.log(`  ${line(name, times)}`);
  const [ours, ...others] = racers;
  for (const { name, times } of others)
    console.log(`  ecflash check / ${name}: ${(median(ours.times) / median(times)).toFixed(2)}`);
}

async function roundTrips(machine, runs) {
  const stage = new Stage("bench", machine, []);
  await stage.open({ scenario: "healthy", timeScale: 0.1 });
  try {
    await stage.attachRunning();
    const { plain, session } = JSON.parse(await stage.run(`node test/bench/at-loop.js /dev/ttyUSB2 ${runs}`));
    console.log("\none AT command and its answer, through the kernel to the module on the host");
    console.log(`  ${line("plain loop", plain, 1)}`);
    console.log(`  ${line("ecflash's session", session, 1)}`);
    console.log(`  session / plain loop: ${(median(session) / median(plain)).toFixed(2)}`);
  } finally {
    await stage.close();
  }
}
