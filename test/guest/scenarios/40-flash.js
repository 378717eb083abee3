export const title = "flash by the real binary, libusb and a real kernel between it and the NAND";
export const world = { scenario: "wrong-variant", timeScale: 0.1 };

import assert from "node:assert/strict";
import { differences } from "../nand.js";

export async function run(t) {
  const { label, index, key } = t.bench;
  await t.attachRunning();
  const place = await t.portPath();

  const flash = `${t.ecflash} flash --label ${label} --index ${index} --key ${key} --connect skip --format ndjson`;
  const events = await t.run(flash, { limitMs: 400_000 });
  const result = JSON.parse(events.split("\n").at(-1));
  assert.equal(result.outcome, "done", events);
  assert.equal(await t.portPath(), place);
  await t.run(`${t.ecflash} check --label ${label}`);

  await t.bench.stop();
  assert.deepEqual(await differences(t.bench), []);
  const version = await t.run("node bin/ecflash.js --version");
  t.proved("ecflash flash", version, "every image of the release is in the NAND, check says match");
}
