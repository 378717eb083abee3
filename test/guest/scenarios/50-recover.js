export const title = "the cable is pulled inside the write; recover finishes from the journal";
export const world = { scenario: "cut-in-flash", timeScale: 0.1 };

import assert from "node:assert/strict";
import { differences } from "../nand.js";

export async function run(t) {
  const { label, index, key } = t.bench;
  await t.attachRunning();

  const flash = `${t.ecflash} flash --label ${label} --index ${index} --key ${key} --connect skip`;
  const said = await t.runFor(7, flash, { limitMs: 400_000 });
  assert.match(said, /ecflash recover/);
  // What came back after the cable was put in again has no bootable firmware.
  await t.until("lsusb -d 05c6:9008");

  await t.run(`${t.ecflash} recover --connect skip`, { limitMs: 400_000 });
  await t.run(`${t.ecflash} check --label ${label}`);
  await t.bench.stop();
  assert.deepEqual(await differences(t.bench), []);
  const version = await t.run("node bin/ecflash.js --version");
  t.proved("ecflash recover", version, "a write that was cut is finished, every image is in the NAND");
}
