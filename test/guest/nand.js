/** What is in the virtual NAND, held against the release that the scenario's index offers. Opens a stopped bench. */
import { systemClock } from "../../dist/device/clock.js";
import { parseRawprogram } from "../../dist/protocol/rawprogram.js";
import { releaseTree } from "../../dist/sim/images.js";
import { openWorld } from "../../dist/sim/world.js";

/** The images of the release whose bytes are not where its rawprogram wants them; empty when all are. */
export async function differences({ worldDirectory }) {
  const { scenario, modules } = openWorld(worldDirectory, { clock: systemClock });
  const { release } = scenario;
  const tree = releaseTree(release);
  const [path, xml] = [...tree].find(([name]) => name.includes("/rawprogram_"));
  const { elements } = parseRawprogram(new TextDecoder().decode(xml), path, "update/firehose");
  const programs = elements.filter(({ kind }) => kind === "program");
  if (programs.length === 0) throw new Error("the rawprogram programs nothing");
  return programs
    .filter((program) => {
      const image = tree.get(`${release.revision}/${program.path}`);
      const [{ nand }] = modules;
      const found = nand.readImage(program.startSector, image.length);
      return Buffer.compare(found, image) !== 0;
    })
    .map(({ path: file }) => file);
}
