import type { Argument, Option } from "commander";
import { directories, type Environment } from "../environment.js";
import type { Candidate } from "./ask.js";

/** The values of an option or argument, and whether names of files are such. */
export interface Values {
  readonly list: readonly Candidate[];
  readonly files: boolean;
}

/** What can be listed for an option; each list is made only when it is asked for. */
const LISTS: Readonly<Record<string, (environment: Environment) => Promise<readonly Candidate[]>>> = {
  label: hardwareCodes,
  variant: variants,
  sim: scenarios,
  scenario: scenarios,
  "scenario[:name]": scenarios,
  port: portPaths,
  release: revisions,
  revision: revisions,
  "require-release": revisions,
  "path|id": cachedPackages,
};

/**
 * Choices where there are some, else what can be listed; files where the place is called so. What nobody can list (a URL,
 * a key) is empty.
 */
export async function valuesOf(place: Option | Argument, environment: Environment): Promise<Values> {
  if (place.argChoices !== undefined)
    return { list: place.argChoices.map((value) => ({ value, description: "" })), files: false };
  const name = "flags" in place ? (place.long?.slice(2) ?? "") : place.name();
  const list = (await LISTS[name]?.(environment)) ?? [];
  const written = "flags" in place ? place.flags : `<${place.name()}>`;
  return { list, files: /[<[](file|directory|path\|id)/.test(written) };
}

/** Long enough to name one package of a cache, short enough to read. */
const ID_DIGITS = 12;

async function cachedPackages(environment: Environment): Promise<Candidate[]> {
  const { listPackages } = await import("../../package/fetch/cache.js");
  const { cacheDir } = await directories(environment, {});
  const packages = await listPackages(cacheDir);
  return packages.map(({ id, revision }) => ({
    value: id.slice(0, ID_DIGITS),
    description: revision ?? "not unpacked",
  }));
}

async function hardwareCodes(): Promise<Candidate[]> {
  const { loadFacts } = await import("../../manifest/load.js");
  const { hardwareCodes: codes } = await loadFacts();
  return [...codes.values()].map(({ code, variant }) => ({ value: code, description: variant }));
}

async function variants(): Promise<Candidate[]> {
  const { loadFacts } = await import("../../manifest/load.js");
  return [...(await loadFacts()).variants.values()].map(({ name, region }) => ({
    value: name,
    description: region,
  }));
}

async function revisions(): Promise<Candidate[]> {
  const { loadKnownRevisions } = await import("../../manifest/load.js");
  return (await loadKnownRevisions()).map(({ text }) => ({ value: text, description: "" }));
}

async function scenarios(): Promise<Candidate[]> {
  const { listScenarios } = await import("../../manifest/scenarios.js");
  const { SHIPPED_SCENARIOS } = await import("../../manifest/read.js");
  return (await listScenarios(SHIPPED_SCENARIOS)).map((value) => ({ value, description: "" }));
}

/** Where modules are plugged now. */
async function portPaths(): Promise<Candidate[]> {
  const [{ readUsbDevices }, { loadUsbModes }, { modeOf }] = await Promise.all([
    import("../../device/sysfs.js"),
    import("../../manifest/load.js"),
    import("../../core/usb-mode.js"),
  ]);
  const [devices, modes] = await Promise.all([readUsbDevices(), loadUsbModes()]);
  return devices.flatMap((device) => {
    const mode = modeOf(device, modes);
    return mode === null ? [] : [{ value: device.portPath, description: `${mode} mode` }];
  });
}
