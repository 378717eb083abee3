export const title = "Debian's qdl flashes the same package, as ecflash renders it for qdl";
export const world = { scenario: "wrong-variant", timeScale: 0.1 };

import assert from "node:assert/strict";
import { join } from "node:path";
import { loadFacts } from "../../../dist/manifest/load.js";
import { examinePackage } from "../../../dist/package/proof/examine.js";
import { QDL_XML, renderPackage } from "../../../dist/package/render/render.js";
import { differences, unpackRelease } from "../nand.js";

export async function run(t) {
  const { directory: unpacked, revision } = await unpackRelease(t.bench);
  const found = await examinePackage(unpacked, { facts: await loadFacts() });
  const { directory } = await renderPackage(found, "qdl", join(unpacked, "..", "for-qdl"));

  await t.attachRunning();
  await t.run("stty -F /dev/ttyUSB0 raw -echo; printf '\\x4b\\x65\\x01\\x00\\x54\\x0f\\x7e' >/dev/ttyUSB0");
  await t.until("lsusb -d 05c6:9008");
  const programmer = found.plan.programmer.path;
  const said = await t.run(
    `cd ${directory} && qdl --storage nand --include . ${programmer} ${QDL_XML} 2>&1`,
    {
      limitMs: 300_000,
    },
  );
  for (const { partition } of found.plan.steps.filter(({ kind }) => kind === "program"))
    assert.ok(said.includes(`flashed "${partition}" successfully`), said);

  // It resets the module at the end, which starts what was written.
  await t.until("[ -c /dev/ttyUSB3 ]");
  const checked = JSON.parse(await t.run(`${t.ecflash} check --label ${t.bench.label} --format json`));
  assert.equal(`${checked.modules[0].claimed.revision}`, revision);
  await t.bench.stop();
  assert.deepEqual(await differences(t.bench), []);
  const version = await t.run("dpkg-query -W -f '${Version}' qdl");
  t.proved("qdl", version, "flashed every image of the release; the NAND holds them, check says match");
}
