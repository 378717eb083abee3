import { EcflashError } from "../../core/errors.js";
import { describeGeometry } from "../../core/maps.js";
import type { Release } from "./types.js";
import type { OpenedPackage } from "../proof/open-package.js";

/**
 * Holds an unpacked package against what the signed index says of it: every file and no other, id, plan, geometry.
 * `packageId` is what was computed of the unpacked files, never what the index says.
 * @throws EcflashError `package-contradicts-index`
 */
export function compareWithIndex(
  { revision, plan, planHash, files }: OpenedPackage,
  packageId: string,
  release: Release,
): void {
  compare("revision", release.revision, revision.text);
  for (const { path, sizeBytes, sha256 } of release.files) {
    const file = files.get(path);
    compare(`file ${path}`, `${sizeBytes} bytes, ${sha256}`, found(file));
  }
  const listed = new Set(release.files.map(({ path }) => path));
  for (const path of files.keys())
    if (!listed.has(path)) compare(`file ${path}`, "absent", found(files.get(path)));
  compare(
    "geometry",
    describeGeometry(withoutBlocks(release.geometry)),
    describeGeometry(withoutBlocks(plan.geometry)),
  );
  compare("plan", release.planHash, planHash);
  compare("id", release.packageId, packageId);
}

function found(file: { readonly sizeBytes: number; readonly sha256: string } | undefined): string {
  return file === undefined ? "absent" : `${file.sizeBytes} bytes, ${file.sha256}`;
}

function withoutBlocks({ pageSizeBytes, pagesPerBlock }: Release["geometry"]) {
  return { pageSizeBytes, pagesPerBlock, blockCount: null };
}

function compare(what: string, index: string, is: string): void {
  if (index !== is) throw new EcflashError("package-contradicts-index", { what, index, found: is });
}
