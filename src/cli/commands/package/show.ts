import { type Command, Option } from "commander";
import { EcflashError } from "../../../core/errors.js";
import { pictureOf } from "../../../core/nand-picture.js";
import type { Judged } from "../../../ui/package-lint.js";
import type { Shown } from "../../../ui/package-show.js";
import type { Environment } from "../../environment.js";
import { flag } from "../../flags.js";
import type { Act } from "../../act.js";
import type { Examined } from "./examined.js";
import { packageFormat, type PackageOptions, withPackageChoice } from "./which-package.js";

interface ShowOptions extends PackageOptions {
  readonly svg?: string;
  readonly format: "text" | "json";
  readonly verbose: boolean;
}

export function addPackageShow(group: Command, act: Act): void {
  withPackageChoice(group.command("show"))
    .description(
      "what a package is, and its NAND map with what the plan does; exit 5 when it must not be flashed",
    )
    .addOption(new Option("--svg <file>", "write the NAND map as a picture, for a report").env("ECFLASH_SVG"))
    .addOption(packageFormat())
    .addOption(flag("--verbose", "also every file with its size and SHA-256", "ECFLASH_VERBOSE"))
    .action((pathOrId: string, options: ShowOptions) =>
      act((environment) => show(environment, pathOrId, options))(options),
    );
}

async function show(environment: Environment, pathOrId: string, options: ShowOptions): Promise<number> {
  const { examine, judgedOf } = await import("./examined.js");
  const ui = await import("../../../ui/package-show.js");
  const { coloursFor } = await import("../../../ui/colours.js");
  return examine(environment, pathOrId, options, async (examined) => {
    const of = await shownOf(examined, judgedOf(examined));
    if (options.svg !== undefined) await writePicture(options.svg, of);
    const { verbose } = options;
    const drawing = { colours: coloursFor(environment.out), unicode: isUtf8(environment.variables) };
    environment.out.write(
      options.format === "json"
        ? ui.packageShowJson(of, examined.exit)
        : ui.packageShowText(of, drawing, { verbose }),
    );
    return examined.exit;
  });
}

async function shownOf(examined: Examined, judged: Judged): Promise<Shown> {
  const { packageIdOf } = await import("../../../package/archive/package-id.js");
  const { root, revision, files, md5, geometry, targetMap, vendorSteps, plan } = examined.found;
  const drawable = geometry !== null && targetMap !== null;
  return {
    ...judged,
    id: revision === null ? null : await packageIdOf(root, revision.text, files),
    hardwareCode: revision?.hardwareCode ?? null,
    buildLine: revision?.buildLine ?? null,
    geometry,
    places: drawable ? pictureOf(targetMap, geometry, vendorSteps) : [],
    plan,
    files: [...files.values()],
    md5,
  };
}

/** A package without a map has no picture; an empty file would look like one. */
async function writePicture(path: string, { geometry, places, revision, id, planHash }: Shown) {
  if (geometry === null || places.length === 0)
    throw new EcflashError("map-absent", { looked: `${path} was not written` });
  const { openOutputFile } = await import("../../output-file.js");
  const { nandMapSvg } = await import("../../../ui/nand-map-svg.js");
  const file = openOutputFile(path);
  try {
    const title = revision ?? "A package without a revision";
    const proof = [`id ${id ?? "not known"}`, planHash === null ? "no plan: not safe" : `plan ${planHash}`];
    file.write(nandMapSvg(places, geometry, title, proof));
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
