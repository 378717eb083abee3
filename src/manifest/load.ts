import { join } from "node:path";
import { EcflashError } from "../core/errors.js";
import type { FactoryMask, Facts, HardwareCode, Variant } from "../core/facts.js";
import type { UsbMode } from "../core/usb-mode.js";
import { readManifest, SHIPPED_MANIFESTS } from "./read.js";
import { findFaults, repeated } from "./resolve.js";
import * as schema from "./schema.js";

/**
 * What is known of modules, from `manifests/` (by default those of this package). Throws `manifest-invalid` for a file
 * that cannot be read, an unknown key, a name that stands twice or resolves to nothing.
 */
export async function loadFacts(dir: string = SHIPPED_MANIFESTS): Promise<Facts> {
  const [{ models }, { variants }, { hardwareCodes }, { clones }] = await Promise.all([
    readManifest(dir, "models.json", schema.modelsFile),
    readManifest(dir, "variants.json", schema.variantsFile),
    readManifest(dir, "hardware-codes.json", schema.hardwareCodesFile),
    readManifest(dir, "clones.json", schema.clonesFile),
  ]);
  const [fault] = findFaults({ models, variants, hardwareCodes });
  if (fault !== undefined) throw invalid(dir, fault.file, fault.reason);
  const clonePrefixes = clones.map(({ prefix }) => prefix);
  refuseRepetition(dir, "clones.json", "clones", clonePrefixes);
  return {
    variants: new Map(variants.map((row) => [row.name, toVariant(row)])),
    hardwareCodes: new Map(hardwareCodes.map((row) => [row.code, toHardwareCode(row)])),
    models: new Map(models.map(({ model, role }) => [model, role])),
    clonePrefixes,
  };
}

/** Which USB ids mean which mode. Throws `manifest-invalid`, also when two rows would match the same device. */
export async function loadUsbModes(dir: string = SHIPPED_MANIFESTS): Promise<UsbMode[]> {
  const { usbModes } = await readManifest(dir, "usb-modes.json", schema.usbModesFile);
  const keys = usbModes.map(
    (row) => `${row.vendorId}:${row.productId} with ${row.interfaces ?? "any"} interfaces`,
  );
  refuseRepetition(dir, "usb-modes.json", "usbModes", keys);
  return usbModes.map((row) => ({
    ...row,
    vendorId: Number.parseInt(row.vendorId, 16),
    productId: Number.parseInt(row.productId, 16),
    interfaces: row.interfaces ?? null,
  }));
}

/** Revisions that were met, each with its hardware code: what the grammar must be able to read. */
export async function loadKnownRevisions(dir: string = SHIPPED_MANIFESTS): Promise<schema.KnownRevision[]> {
  const { knownRevisions } = await readManifest(dir, "known-revisions.json", schema.knownRevisionsFile);
  refuseRepetition(
    dir,
    "known-revisions.json",
    "knownRevisions",
    knownRevisions.map(({ text }) => text),
  );
  return knownRevisions;
}

function toVariant(row: schema.VariantRow): Variant {
  const { factoryMask } = row;
  const mask: FactoryMask | null =
    factoryMask === null
      ? null
      : { ...factoryMask, gw: BigInt(factoryMask.gw), lte: BigInt(factoryMask.lte) };
  return { ...row, factoryMask: mask };
}

function toHardwareCode({
  code,
  model,
  variant,
  memory,
  flash,
  standing,
  source,
}: schema.HardwareCodeRow): HardwareCode {
  return { code, model, variant, memory, flash, standing, source };
}

function refuseRepetition(dir: string, name: string, list: string, values: readonly string[]): void {
  const [twice] = repeated(values);
  if (twice !== undefined) throw invalid(dir, name, `${list}[${twice.index}]: ${twice.value} stands twice`);
}

function invalid(dir: string, name: string, reason: string): EcflashError<"manifest-invalid"> {
  return new EcflashError("manifest-invalid", { path: join(dir, name), reason });
}
