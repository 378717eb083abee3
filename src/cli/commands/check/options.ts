import { type Command, InvalidArgumentError, Option } from "commander";
import { readDeclarations } from "../../../core/declaration.js";
import { EcflashError } from "../../../core/errors.js";
import type { Facts } from "../../../core/facts.js";
import type { Policy } from "../../../core/policy.js";
import { parseRevision } from "../../../core/revision.js";
import { VERDICTS } from "../../../core/verdict-meaning.js";
import type { Verdict } from "../../../core/verdict-table.js";
import type { CheckOptions } from "../../../flow/check.js";
import { CHECK_FORMATS } from "../../../ui/check-formats.js";
import type { ModuleOptions } from "../../compose.js";
import type { Environment } from "../../environment.js";
import { type FleetFlags, fleetOf, withInventory, withMaxAge } from "../../fleet-options.js";
import { flag } from "../../flags.js";
import { withFrom } from "../../from-option.js";
import {
  withDeclaration,
  withFormat,
  withModule,
  withOutput,
  withPolicy,
  withRecord,
  withReplay,
  withWaits,
} from "../../options.js";
import type { RenderOptions } from "../../render-check.js";

/** What the command line and the environment say to `check`. */
export interface CheckFlags extends ModuleOptions, RenderOptions, FleetFlags {
  readonly from?: readonly string[];
  readonly label?: string;
  readonly variant?: string;
  readonly only?: readonly Verdict[];
  readonly requireRelease?: string;
  readonly policy?: string;
  readonly strict: boolean;
  readonly allowUnknown: boolean;
  /** Milliseconds, as the next. */
  readonly wait?: number;
  readonly timeout?: number;
  readonly watch: boolean;
}

export function withCheckOptions(command: Command): Command {
  withFrom(command, "judge")
    .addOption(
      new Option(
        "--only <verdicts>",
        "tell of these verdicts and of failures only, for example mismatch,suspect",
      )
        .argParser(verdictsOf)
        .env("ECFLASH_ONLY"),
    )
    .addOption(
      new Option(
        "--require-release <revision>",
        "exit 12 where another release runs; modules that are not supported are passed over, or 11 with --strict",
      ).env("ECFLASH_REQUIRE_RELEASE"),
    );
  for (const [name, description, variable] of FLAGS) command.addOption(flag(name, description, variable));
  withMaxAge(withInventory(withWaits(command)));
  const judged = withPolicy(withDeclaration(withReplay(withRecord(withModule(command)))));
  return withOutput(withFormat(judged, CHECK_FORMATS));
}

const FLAGS = [
  ["--strict", "modules that are not supported are undecided (11), not passed over", "ECFLASH_STRICT"],
  ["--explain", "text in its long form: both sides, weights, what the verdict means", "ECFLASH_EXPLAIN"],
  ["--allow-unknown", "exit 0 when nothing is declared and nothing contradicts", "ECFLASH_ALLOW_UNKNOWN"],
  ["--watch", "judge each module when it is plugged in or restarts, until Ctrl-C", "ECFLASH_WATCH"],
] as const;

/**
 * The flags as what the flow wants to know. Throws `usage` for a release that is none, and what reading a
 * declaration or an inventory throws.
 */
export async function wishOf(
  environment: Environment,
  flags: CheckFlags,
  facts: Facts,
  policy: Policy | undefined,
): Promise<CheckOptions> {
  const { requireRelease, strict, allowUnknown, port: portPath, only, wait, timeout } = flags;
  return {
    declarations: readDeclarations(flags, facts),
    fleet: await fleetOf(environment, flags, facts),
    requiredRelease: requireRelease === undefined ? undefined : releaseOf(requireRelease, facts),
    policy,
    strict,
    allowUnknown,
    portPath,
    only,
    waitMs: wait,
    timeoutMs: timeout,
  };
}

/** The release as modules report it; a build date or anything else behind it could be met by none. Throws `usage`. */
function releaseOf(text: string, facts: Facts): string {
  const said = parseRevision(text, facts);
  if (said.kind === "revision" && said.revision.behind === "") return said.revision.text;
  const detail = `--require-release ${text} is no release of a module; for example EC25AFAR05A07M4G.`;
  throw new EcflashError("usage", { detail });
}

function verdictsOf(text: string): Verdict[] {
  return text.split(",").map((word) => {
    const verdict = VERDICTS.find((one) => one === word.trim());
    if (verdict === undefined)
      throw new InvalidArgumentError(`${word} is no verdict; there are ${VERDICTS.join(", ")}.`);
    return verdict;
  });
}
