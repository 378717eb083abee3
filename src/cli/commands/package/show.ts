import { type Command, Option } from "commander";
import { EcflashError } from "../../../core/errors.js";
import { pictureOf } from "../../../core/nand-picture.js";
import type { Judged } from "../../../ui/package-lint.js";
import type { Environment } from "../../environment.js";
import { withConfig, withFormat } from "../../options.js";
import type { Act } from "../../act.js";
import type { Examined, PackageOptions } from "./examined.js";

interface ShowOptions extends PackageOptions {
  readonly svg?: string;
}

export function addPackageShow(group: Command, act: Act): void {
  withFormat(withConfig(group.command("show")), ["text", "json"])
    .description(
      "what a package is, and its NAND map with what the plan does; exit 5 when it must not be flashed",
    )
    .argument(
      "<path|id>",
      "an archive, an unpacked package, or 8 or more hex digits of a cached archive's SHA-256",
    )
    .addOption(new Option("--svg <file>", "write the NAND map as a picture, for a report").env("ECFLASH_SVG"))
    .action((pathOrId: string, options: ShowOptions) =>
      act((environment) => show(environment, pathOrId, options))(options),
    );
}

async function show(environment: Environment, pathOrId: string, options: ShowOptions): Promise<number> {
  const { examine, judgedOf } = await import("./examined.js");
  const ui = await import("../../../ui/package-show.js");
  const { coloursFor } = await import("../../../ui/colours.js");
  return examine(environment, pathOrId, options, async (examined) => {
    const of = shownOf(examined, judgedOf(examined));
    if (options.svg !== undefined) await writePicture(options.svg, of);
    const drawing = { colours: coloursFor(environment.out), unicode: isUtf8(environment.variables) };
    environment.out.write(
      options.format === "json" ? ui.packageShowJson(of, examined.exit) : ui.packageShowText(of, drawing),
    );
    return examined.exit;
  });
}

function shownOf(examined: Examined, judged: Judged) {
  const { revision, geometry, targetMap, vendorSteps, plan } = examined.found;
  const drawable = geometry !== null && targetMap !== null;
  return {
    ...judged,
    hardwareCode: revision?.hardwareCode ?? null,
    buildLine: revision?.buildLine ?? null,
    geometry,
    places: drawable ? pictureOf(targetMap, geometry, vendorSteps) : [],
    plan,
  };
}

/** A package without a map has no picture; an empty file would look like one. */
async function writePicture(path: string, { geometry, places, revision }: ReturnType<typeof shownOf>) {
  if (geometry === null || places.length === 0)
    throw new EcflashError("map-absent", { looked: `${path} was not written` });
  const { openOutputFile } = await import("../../output-file.js");
  const { nandMapSvg } = await import("../../../ui/nand-map-svg.js");
  const file = openOutputFile(path);
  try {
    file.write(nandMapSvg(places, geometry, revision ?? "A package without a revision"));
    file.commit();
  } finally {
    file.dispose();
  }
}

/** What the locale says of the terminal, by the first variable that is set (POSIX, Environment Variables). */
function isUtf8(variables: Environment["variables"]): boolean {
  const locale = ["LC_ALL", "LC_CTYPE", "LANG"]
    .map((name) => variables[name] ?? "")
    .find((value) => value !== "");
  return /utf-?8/i.test(locale ?? "");
}
