import { type Command, Option } from "commander";
import { withConfig } from "../../options.js";

/** How lint, show and render are told which package. */
export interface PackageOptions {
  readonly config?: string | undefined;
  readonly revision?: string | undefined;
}

export function withPackageChoice(command: Command): Command {
  return withConfig(command)
    .argument(
      "<path|id>",
      "an archive, an unpacked package, or 8 or more hex digits of the SHA-256 of a cached archive or of its id",
    )
    .addOption(revisionOption());
}

export function revisionOption(): Option {
  return new Option("--revision <revision>", "the whole revision, where the delivery does not say it").env(
    "ECFLASH_REVISION",
  );
}

export function packageFormat(formats: readonly string[] = ["text", "json"]): Option {
  return new Option("--format <format>", "output").choices(formats).default("text").env("ECFLASH_FORMAT");
}
