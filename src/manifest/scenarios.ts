import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import * as z from "zod";
import { EcflashError, messageOf } from "../core/errors.js";
import { SHIPPED_SCENARIOS } from "./read.js";
import { type ScenarioManifest, scenarioSchema } from "./scenario-schema.js";

/** Names of the scenarios in a directory, sorted. @throws EcflashError `input-unreadable` */
export async function listScenarios(directory: string): Promise<string[]> {
  try {
    const names = await readdir(directory);
    return names
      .filter((name) => name.endsWith(".json"))
      .map((name) => basename(name, ".json"))
      .sort();
  } catch (error) {
    throw new EcflashError(
      "input-unreadable",
      { path: directory, reason: messageOf(error) },
      { cause: error },
    );
  }
}

/**
 * A shipped scenario by its name, or a site's own by the path of its file, which has a `/` or ends in `.json`.
 * @throws EcflashError `scenario-unknown`, `input-unreadable`, `manifest-invalid`
 */
export async function findScenario(nameOrPath: string): Promise<ScenarioManifest> {
  if (!isScenarioFile(nameOrPath)) return loadScenario(SHIPPED_SCENARIOS, nameOrPath);
  let text: string;
  try {
    text = await readFile(nameOrPath, "utf8");
  } catch (error) {
    throw new EcflashError(
      "input-unreadable",
      { path: nameOrPath, reason: messageOf(error) },
      { cause: error },
    );
  }
  return parseScenario(text, nameOrPath);
}

export function isScenarioFile(nameOrPath: string): boolean {
  return nameOrPath.includes("/") || nameOrPath.endsWith(".json");
}

/** @throws EcflashError `scenario-unknown`, `manifest-invalid` */
export async function loadScenario(directory: string, name: string): Promise<ScenarioManifest> {
  const known = await listScenarios(directory);
  if (!known.includes(name)) throw new EcflashError("scenario-unknown", { scenario: name, known });
  const path = join(directory, `${name}.json`);
  const scenario = parseScenario(await readFile(path, "utf8"), path);
  if (scenario.name !== name)
    throw new EcflashError("manifest-invalid", { path, reason: `its name is "${scenario.name}"` });
  return scenario;
}

/** @throws EcflashError `manifest-invalid` */
export function parseScenario(text: string, path: string): ScenarioManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new EcflashError("manifest-invalid", { path, reason: messageOf(error) }, { cause: error });
  }
  const found = scenarioSchema.safeParse(json);
  if (!found.success)
    throw new EcflashError(
      "manifest-invalid",
      { path, reason: z.prettifyError(found.error) },
      { cause: found.error },
    );
  return found.data;
}
