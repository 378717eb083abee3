export const title = "Debian's qdl flashes the same package, its XML put in order by hand";
export const world = { scenario: "wrong-variant", timeScale: 0.1 };

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { differences, unpackRelease } from "../nand.js";

export async function run(t) {
  const { directory, revision, geometry, elements } = await unpackRelease(t.bench);
  writeFileSync(join(directory, "qdl.xml"), inOrder(geometry, elements));

  await t.attachRunning();
  await t.run("stty -F /dev/ttyUSB0 raw -echo; printf '\\x4b\\x65\\x01\\x00\\x54\\x0f\\x7e' >/dev/ttyUSB0");
  await t.until("lsusb -d 05c6:9008");
  const programmer = "update/firehose/prog_nand_firehose_9x07.mbn";
  const said = await t.run(`cd ${directory} && qdl --storage nand --include . ${programmer} qdl.xml 2>&1`, {
    limitMs: 300_000,
  });
  for (const { label } of programs(elements))
    assert.ok(said.includes(`flashed "${label}" successfully`), said);

  // It resets the module at the end, which starts what was written.
  await t.until("[ -c /dev/ttyUSB3 ]");
  const checked = JSON.parse(await t.run(`${t.ecflash} check --label ${t.bench.label} --format json`));
  assert.equal(`${checked.modules[0].claimed.revision}`, revision);
  await t.bench.stop();
  assert.deepEqual(await differences(t.bench), []);
  const version = await t.run("dpkg-query -W -f '${Version}' qdl");
  t.proved("qdl", version, "flashed every image of the release; the NAND holds them, check says match");
}

function programs(elements) {
  // SBL lies at sector 0 and comes last: until it is there, a cut run ends in EDL.
  return elements
    .filter(({ kind }) => kind === "program")
    .sort((a, b) => Number(a.startSector === 0) - Number(b.startSector === 0))
    .map((element, index) => ({ ...element, label: `image${index}` }));
}

/** What this qdl needs and Quectel's file lacks: forward slashes, `label`, `last_sector`; it sends all erases first. */
function inOrder({ pageSizeBytes, pagesPerBlock }, elements) {
  const range = ({ startSector, sectorCount }) =>
    `PAGES_PER_BLOCK="${pagesPerBlock}" SECTOR_SIZE_IN_BYTES="${pageSizeBytes}" physical_partition_number="0" ` +
    `start_sector="${startSector}" num_partition_sectors="${sectorCount}" last_sector="${startSector + sectorCount - 1}"`;
  const erases = elements.filter(({ kind }) => kind === "erase").map((one) => `<erase ${range(one)}/>`);
  const writes = programs(elements).map(
    (one) => `<program ${range(one)} filename="${one.path}" label="${one.label}"/>`,
  );
  return ['<?xml version="1.0"?>', "<data>", ...erases, ...writes, "</data>", ""].join("\n");
}
