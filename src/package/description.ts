import { isDeepStrictEqual } from "node:util";
import { EcflashError } from "../core/errors.js";
import { protectedPartitions } from "../core/maps.js";
import type { WrittenTar } from "./archive/canonical-tar.js";
import type { Prepared } from "./delivery/prepare.js";
import type { PackageDescription } from "./description-schema.js";
import type { OpenedPackage } from "./proof/open-package.js";

export type { PackageDescription } from "./description-schema.js";

export interface DescribeInput {
  readonly prepared: Pick<Prepared, "kind" | "name" | "sizeBytes" | "sha256" | "witnesses" | "notes">;
  readonly opened: OpenedPackage;
  readonly tar: Pick<WrittenTar, "id" | "tarBytes">;
  readonly importedAt: Date;
  /** `ecflash 0.1.0`. */
  readonly by: string;
}

/** What stands beside a canonical package: all that is known of it, and where it came from. */
export function describePackage({
  prepared,
  opened,
  tar,
  importedAt,
  by,
}: DescribeInput): PackageDescription {
  const { revision, plan, planHash, md5 } = opened;
  const { kind, name, sizeBytes, sha256 } = prepared;
  return {
    schema: "ecflash.package/1",
    id: tar.id,
    sizeBytes: tar.tarBytes,
    revision: revision.text,
    hardwareCode: revision.hardwareCode,
    buildLine: revision.buildLine,
    geometry: { ...plan.geometry },
    targetMap: { partitions: plan.targetMap.partitions.map((one) => ({ ...one })) },
    protected: protectedPartitions(plan.targetMap).map((one) => ({ ...one })),
    files: [...opened.files.values()].map((one) => ({ ...one })),
    programmer: { ...plan.programmer },
    plan: plan.steps.map((step) => (step.kind === "erase" ? { ...step } : { ...step, file: step.file.path })),
    planHash,
    notes: [...prepared.notes, ...opened.notes],
    provenance: {
      source: { kind, name, sizeBytes, sha256 },
      revisionFrom: prepared.witnesses.map(({ place, text }) => ({ place, text })),
      md5:
        md5.kind === "absent"
          ? { kind: "absent" }
          : { ...md5, lists: [...md5.lists], unlisted: [...md5.unlisted] },
      importedAt: importedAt.toISOString(),
      by,
    },
  };
}

export function descriptionText(description: PackageDescription): string {
  return `${JSON.stringify(description, null, 2)}\n`;
}

/**
 * Reads a description; an unknown key is an error.
 * @throws EcflashError `package-malformed`
 */
export async function readDescription(text: string, path: string): Promise<PackageDescription> {
  const failed = (reason: string, cause?: unknown) =>
    new EcflashError("package-malformed", { path, reason }, { cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw failed("it is not JSON", cause);
  }
  // zod is loaded here and not before: most commands never need it (packages.md 4).
  const { descriptionSchema } = await import("./description-schema.js");
  const result = descriptionSchema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 3);
  throw failed(issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`).join("; "));
}

/** True when both say the same of the same package, whenever and from whatever archive each was imported. */
export function isSamePackage(a: PackageDescription, b: PackageDescription): boolean {
  return isDeepStrictEqual(factsOf(a), factsOf(b));
}

/** Notes are words of one version of ecflash, and provenance is of one import. */
function factsOf(description: PackageDescription) {
  return { ...description, notes: null, provenance: null };
}
