import { EcflashError } from "../../core/errors.js";
import { findingOf } from "../../core/lint/rules.js";
import type { Geometry } from "../../core/maps.js";
import type { PackageFile, VendorStep } from "../../core/steps.js";
import { parseRawprogram, type RawElement } from "../../protocol/rawprogram.js";
import type { Gathered } from "./faults.js";
import { type Inventory, readPackageFile } from "./inventory.js";
import { decode, filesOf, FIREHOSE, refuseOtherGeometry } from "./layout.js";

const MAX_XML_BYTES = 1024 * 1024;

/**
 * The vendor's steps, from the one rawprogram that ends in `_update`. Lines whose image is missing or empty are gathered
 * as faults and left out.
 * @throws EcflashError `package-file-missing`, `rawprogram-malformed`
 */
export async function readSteps(
  inventory: Inventory,
  gathered: Gathered,
): Promise<{ geometry: Geometry; steps: readonly VendorStep[]; file: PackageFile }> {
  const named = filesOf(inventory, /^rawprogram_.*\.xml$/);
  const updates = named.filter(({ path }) => /\/rawprogram_.*_update\.xml$/.test(path));
  const others = named.filter((file) => !updates.includes(file)).map(({ path }) => path);
  const [file, ...more] = updates;
  if (file === undefined)
    throw new EcflashError("package-file-missing", {
      path: `${FIREHOSE}/rawprogram_*_update.xml`,
      namedBy: others.length === 0 ? "every plan" : `every plan (there is only ${others.join(", ")})`,
    });
  if (more.length > 0)
    throw new EcflashError("rawprogram-malformed", {
      file: FIREHOSE,
      reason: `it holds ${updates.length} rawprogram files that end in _update`,
    });
  // A factory rawprogram writes EFS2 (domain.md 4.4, consequence b).
  for (const path of others)
    gathered.findings.push(findingOf("factory-rawprogram", `never used: ${path}`, { file: path }));
  if (file.sizeBytes > MAX_XML_BYTES)
    throw new EcflashError("rawprogram-malformed", { file: file.path, reason: "it is larger than any plan" });
  const text = decode(await readPackageFile(inventory.root, file), file.path);
  const { geometry, elements } = parseRawprogram(text, file.path, FIREHOSE);
  refuseOtherGeometry(file.path, geometry);
  const steps: VendorStep[] = [];
  for (const element of elements) {
    const step = await gathered.attempt(() => asVendorStep(element, inventory, file.path));
    if (step !== null) steps.push(step);
  }
  return { geometry, steps, file };
}

function asVendorStep(element: RawElement, { files }: Inventory, namedBy: string): VendorStep {
  const { line, startSector, sectorCount } = element;
  if (element.kind === "erase") return { kind: "erase", line, startSector, sectorCount };
  const file = files.get(element.path);
  if (file === undefined)
    throw new EcflashError("package-file-missing", {
      path: element.path,
      namedBy: `${namedBy} line ${line}`,
    });
  if (file.sizeBytes === 0)
    throw new EcflashError("package-malformed", { path: element.path, reason: "the image is empty" });
  return { kind: "program", line, startSector, sectorCount, file };
}
