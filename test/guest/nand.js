/** The release that the scenario's index offers: as files for other flashers, and held against the virtual NAND. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemClock } from "../../dist/device/clock.js";
import { loadScenario } from "../../dist/manifest/scenarios.js";
import { SHIPPED_SCENARIOS } from "../../dist/manifest/read.js";
import { parseRawprogram } from "../../dist/protocol/rawprogram.js";
import { releaseTree } from "../../dist/sim/images.js";
import { openWorld } from "../../dist/sim/world.js";

/** The images of the release whose bytes are not where its rawprogram wants them; empty when all are. Of a stopped bench. */
export async function differences({ scenario, worldDirectory }) {
  const { tree, revision, elements } = await release(scenario);
  const [{ nand }] = openWorld(worldDirectory, { clock: systemClock }).modules;
  const programs = elements.filter(({ kind }) => kind === "program");
  if (programs.length === 0) throw new Error("the rawprogram programs nothing");
  return programs
    .filter(({ path, startSector }) => {
      const image = tree.get(`${revision}/${path}`);
      return Buffer.compare(nand.readImage(startSector, image.length), image) !== 0;
    })
    .map(({ path }) => path);
}

/** Writes the package as a user would unpack it. @returns its directory and what its rawprogram says */
export async function unpackRelease({ scenario, home }) {
  const { tree, ...told } = await release(scenario);
  const directory = join(home, "unpacked");
  for (const [path, bytes] of tree) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  }
  return { directory: join(directory, told.revision), ...told };
}

async function release(name) {
  const { release: setup } = await loadScenario(SHIPPED_SCENARIOS, name);
  const tree = releaseTree(setup);
  const [path, xml] = [...tree].find(([file]) => file.includes("/rawprogram_"));
  const { geometry, elements } = parseRawprogram(new TextDecoder().decode(xml), path, "update/firehose");
  return { tree, revision: setup.revision, geometry, elements };
}
