/**
 * A package of 200 MB: how long it takes to prove its archive, unpack and lint it, against `sha256sum FILE && tar -xzf
 * FILE` on the same disk. They take turns, so that a busy host slows both; the goal is a ratio of medians.
 */
import { createHash, randomFillSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packTree } from "../../dist/package/archive/pack.js";
import { EC25_EFA_LAYOUT } from "../../dist/sim/vendor/maps.js";
import { makeVendorTree } from "../../dist/sim/vendor/tree.js";
import { line, median } from "./figures.js";
import { measure } from "./measured.js";

const GOAL = 1;
const REVISION = "EC25EFAR06A11M4G_01.001.01.001";
const RUN = fileURLToPath(new URL("package-run.js", import.meta.url));
/** Beside the images that fit the map, so that the whole is 200 MB: a package also carries what no plan writes. */
const EXTRA_BYTES = 150 * 1024 * 1024;
const BLOCK_BYTES = 64 * 1024;
/** Of 16 blocks, those that are noise: a UBI image is compressed inside and padded with ones. */
const NOISE_OF_16 = 13;

/** Prints the figures; true when the goal is met. */
export async function bench({ runs = 7 }) {
  const directory = mkdtempSync(join(tmpdir(), "ecflash-bench-"));
  try {
    const path = join(directory, "package.tar.gz");
    const { sha256, unpackedBytes, packedBytes } = await write(path);
    const target = join(directory, "out");
    const fresh = () => {
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target);
    };
    const shell = { name: "sha256sum && tar -xzf", runs: [] };
    const ecflash = { name: "verify, unpack, lint", runs: [] };
    const plain = ["sh", "-c", 'sha256sum "$0" && tar -xzf "$0" -C "$1"', path, target];
    const ours = [process.execPath, RUN, path, join(target, "tree"), sha256];
    for (let run = -1; run < runs; run += 1) {
      for (const [one, command] of [
        [shell, plain],
        [ecflash, ours],
      ]) {
        fresh();
        const done = await measure(command);
        // The first is not counted: it fills the file cache.
        if (run >= 0) one.runs.push(done);
      }
    }
    console.log(
      `${(unpackedBytes / 1e6).toFixed(0)} MB of files in an archive of ${(packedBytes / 1e6).toFixed(0)} MB`,
    );
    for (const { name, runs: done } of [shell, ecflash]) {
      const times = done.map(({ ms }) => ms);
      console.log(line(name, times));
    }
    const peakMb = Math.max(...ecflash.runs.map((run) => run.peakMb));
    const ratio = medianOf(ecflash) / medianOf(shell);
    const met = ratio <= GOAL;
    console.log(`peak memory: ${peakMb.toFixed(0)} MB`);
    console.log(
      `ecflash takes ${ratio.toFixed(2)} of the time, goal <= ${GOAL.toFixed(1)}: ${met ? "met" : "missed"}`,
    );
    return met;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function medianOf({ runs }) {
  return median(runs.map(({ ms }) => ms));
}

async function write(path) {
  const { geometry, map } = EC25_EFA_LAYOUT;
  const sizes = { modem: 24 << 20, system: 20 << 20, boot: 6 << 20 };
  const tree = makeVendorTree({ revision: REVISION, geometry, map, seed: 1, sizes });
  for (const [name, bytes] of tree) if (bytes.length > 1 << 20) noise(bytes, name);
  const md5 = [...tree.keys()].find((name) => name.endsWith("/md5.txt"));
  if (md5 !== undefined) tree.delete(md5);
  tree.set(`${REVISION}/update/unused.ubi`, noise(Buffer.alloc(EXTRA_BYTES)));
  const packed = await packTree(tree);
  writeFileSync(path, packed);
  const unpackedBytes = [...tree.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    sha256: createHash("sha256").update(packed).digest("hex"),
    unpackedBytes,
    packedBytes: packed.length,
  };
}

function noise(bytes) {
  for (let block = 0; block * BLOCK_BYTES < bytes.length; block += 1) {
    const part = bytes.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
    if (block % 16 < NOISE_OF_16) randomFillSync(part);
    else part.fill(0xff);
  }
  return bytes;
}
