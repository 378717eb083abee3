export const title = "eight modules at once: all listed and judged; two swap their ttys, port paths hold";

import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeMany } from "../many.js";

const COUNT = 8;
const [RIGHT, WRONG] = ["EC25AFAR05A07M4G_30.005.30.005", "EC25EFAR06A11M4G_01.001.01.001"];
/** Two that are plugged out and in again, the later one first. */
const [SIXTH, SEVENTH] = [5, 6];

const file = join(mkdtempSync(join(tmpdir(), "ecflash-many-")), "eight.json");
export const world = {
  scenario: writeMany(file, COUNT, (n) => (n % 2 === 0 ? WRONG : RIGHT)),
  timeScale: 0.1,
};

export async function run(t) {
  const place = (n) => ({ busid: t.bench.busids[n], vhciPort: n });
  const stay = [0, 1, 2, 3, 4, 7].map(place);
  await t.attachEach(stay);
  const endPair = await t.attachEach([SIXTH, SEVENTH].map(place));
  await t.until(
    `[ $(ls /dev/ttyUSB* | wc -l) = ${COUNT * 4} ] && [ $(ls /dev/cdc-wdm* | wc -l) = ${COUNT} ]`,
    60_000,
  );
  const before = await look(t);
  assert.equal(before.size, COUNT);
  for (const [portPath, { verdict, virtual }] of before) {
    const n = Number(portPath.split("-")[1]) - 1;
    // Nothing is declared here; an A mask under E firmware is suspect, the right firmware contradicts nothing.
    assert.equal(verdict, n % 2 === 0 ? "suspect" : "unknown", portPath);
    assert.ok(virtual);
  }
  const tails = [...before.values()].map(({ imei }) => imei);
  assert.equal(new Set(tails).size, COUNT, "each module answered for itself");

  await endPair();
  for (const n of [SIXTH, SEVENTH]) await t.detach(n);
  await t.until(`[ $(ls /dev/ttyUSB* | wc -l) = ${(COUNT - 2) * 4} ]`);
  await t.attachEach([place(SEVENTH)]);
  await t.until(`[ $(ls /dev/ttyUSB* | wc -l) = ${(COUNT - 1) * 4} ]`);
  await t.attachEach([place(SIXTH)]);
  await t.until(`[ $(ls /dev/ttyUSB* | wc -l) = ${COUNT * 4} ]`);
  const after = await look(t);
  const ttyOf = (found, n) => found.get(`1-${n + 1}`).tty;
  assert.equal(ttyOf(after, SIXTH), ttyOf(before, SEVENTH));
  assert.equal(ttyOf(after, SEVENTH), ttyOf(before, SIXTH));
  assert.notEqual(ttyOf(before, SIXTH), ttyOf(before, SEVENTH));
  for (const [portPath, { verdict, imei }] of before)
    assert.deepEqual(
      { verdict, imei },
      { verdict: after.get(portPath).verdict, imei: after.get(portPath).imei },
    );

  const version = await t.run("node bin/ecflash.js --version");
  t.proved("ecflash list, check", version, "eight modules at once; two swapped ttys, none its port path");
}

/** Verdict, IMEI tail and AT port of each module, by port path. */
async function look(t) {
  const listed = await t.run("node bin/ecflash.js list");
  // Undecided, as long as nothing is declared.
  const checked = JSON.parse(
    await t.runFor(11, "node bin/ecflash.js check --format json", { limitMs: 120_000 }),
  );
  assert.deepEqual(checked.failures, []);
  return new Map(
    checked.modules.map(({ source, verdict, virtual, shown }) => {
      const line = listed.split("\n").find((text) => text.startsWith(`${source} `));
      const [tty] = /ttyUSB\d+/.exec(line);
      return [source, { verdict, virtual, imei: shown.imei, tty }];
    }),
  );
}
