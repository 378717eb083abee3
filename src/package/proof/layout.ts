import { EcflashError } from "../../core/errors.js";
import { describeGeometry, type Geometry } from "../../core/maps.js";
import type { PackageFile } from "../../core/steps.js";
import type { Inventory } from "./inventory.js";

/** Where a package has its programmer, rawprogram and partition table (domain.md 4.3). */
export const FIREHOSE = "update/firehose";

/** `p4K_b256K` in the name must be the geometry inside (domain.md 4.3); a name without it says nothing. */
export function refuseOtherGeometry(path: string, geometry: Geometry): void {
  const [, page, block] = /_p(\d+)K_b(\d+)K[_.]/.exec(path) ?? [];
  if (page === undefined || block === undefined) return;
  const blockBytes = geometry.pageSizeBytes * geometry.pagesPerBlock;
  if (Number(page) * 1024 === geometry.pageSizeBytes && Number(block) * 1024 === blockBytes) return;
  throw new EcflashError("rawprogram-malformed", {
    file: path,
    reason: `its name says p${page}K_b${block}K, the plan is for ${describeGeometry(geometry)}`,
  });
}

export function filesOf({ files }: Inventory, name: RegExp): PackageFile[] {
  return [...files.values()].filter(
    ({ path }) => path.startsWith(`${FIREHOSE}/`) && name.test(path.slice(FIREHOSE.length + 1)),
  );
}

export function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new EcflashError("rawprogram-malformed", { file, reason: "it is not UTF-8" }, { cause });
  }
}
