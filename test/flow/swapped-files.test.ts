import { readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../src/core/events.js";
import { type Bench, makeBench } from "./bench.js";
import { erasesOf, holdsRelease, snapshotOf } from "./truth.js";

/** The files of the unpacked package that end so, on the disk of the host. */
function filesOf(bench: Bench, ending: string): string[] {
  const packages = join(bench.cacheDir, "packages");
  const found = readdirSync(packages, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.includes("/tree/") && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name));
  expect(found.length).toBeGreaterThan(0);
  return found;
}

const SWAPS: Readonly<Record<string, (path: string) => void>> = {
  "another of the same length": (path) => {
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(`${path}.new`, bytes);
    renameSync(`${path}.new`, path);
  },
  "its own bytes changed in place": (path) => writeFileSync(path, Buffer.alloc(readFileSync(path).length)),
  "a link to the right bytes": (path) => {
    renameSync(path, `${path}.moved`);
    symlinkSync(`${path}.moved`, path);
  },
};

/** Does it once, when the first event comes that fits. */
function once(fits: (event: RunEvent) => boolean, act: () => void): (event: RunEvent) => void {
  let isDone = false;
  return (event) => {
    if (isDone || !fits(event)) return;
    isDone = true;
    act();
  };
}

describe("a file of the package that is swapped", () => {
  it.each(
    ["prog_nand_firehose_9x07.mbn", "boot.img"].flatMap((name) =>
      Object.keys(SWAPS).map((how) => [name, how] as const),
    ),
  )(
    "after it was proven and before it is read for the module, %s: %s; nothing is erased",
    async (name, how) => {
      const bench = await makeBench();
      const { whole: before } = snapshotOf(bench);
      const proven = once(
        (event) => event.type === "stage-end" && event.stage === "preflight",
        () => filesOf(bench, name).forEach((path) => SWAPS[how]?.(path)),
      );
      const { result, words } = await bench.flash({ on: proven });
      expect(result.exit, words).toBe(5);
      expect(words).toMatch(/\[package-(?:changed|file-missing)\]/);
      expect(erasesOf(bench)).toBe(0);
      expect(snapshotOf(bench).whole).toBe(before);
    },
  );

  it("while the module is written changes nothing of what is sent: the bytes that were hashed", async () => {
    const bench = await makeBench();
    let swapped = 0;
    const writing = once(
      (event) => event.type === "progress" && event.stage === "write",
      () => {
        for (const path of filesOf(bench, "")) {
          SWAPS["its own bytes changed in place"]?.(path);
          swapped += 1;
        }
      },
    );
    const { result, words } = await bench.flash({ on: writing });
    expect(swapped).toBeGreaterThan(8);
    expect(result, words).toMatchObject({ outcome: "done", exit: 0 });
    expect(holdsRelease(bench)).toBe(true);
  });
});
