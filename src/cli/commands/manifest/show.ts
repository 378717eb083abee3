import { EXIT } from "../../../core/exits.js";
import { LISTS } from "../../../manifest/lists.js";
import { SHIPPED_MANIFESTS } from "../../../manifest/read.js";
import { readRows } from "../../../manifest/sound-rows.js";
import { allSections, sectionsFor } from "../../../manifest/show.js";
import type { Environment } from "../../environment.js";
import { configOf } from "../../knowledge.js";

export interface ManifestOptions {
  readonly config?: string | undefined;
  readonly format: string;
}

/** Tells what is known: all lists in short, one list row by row, or the rows a name stands for in full. */
export async function show(
  environment: Environment,
  what: string | undefined,
  options: ManifestOptions,
): Promise<number> {
  const { manifests = [] } = await configOf(environment, options);
  const rows = await readRows(SHIPPED_MANIFESTS, manifests);
  const sections = what === undefined ? allSections(rows) : sectionsFor(rows, what);
  const ui = await import("../../../ui/manifest.js");
  const [first] = sections;
  const text =
    options.format === "json"
      ? ui.sectionsJson(sections)
      : what === undefined
        ? ui.overviewText(sections)
        : what in LISTS && first !== undefined
          ? ui.listRowsText(first)
          : ui.sectionsText(sections);
  environment.out.write(text);
  return EXIT.done;
}
