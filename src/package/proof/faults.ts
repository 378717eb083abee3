import { wordsOf } from "../../core/catalogue.js";
import { type EcflashError, isEcflashError } from "../../core/errors.js";
import { type Finding, findingOf } from "../../core/lint/rules.js";

/** The failures that are a fault of the package, and so a rule of the lint under the same code. */
const PACKAGE_FAULTS = [
  "archive-unsafe",
  "package-malformed",
  "package-file-missing",
  "package-md5",
  "package-contradicts-index",
  "rawprogram-malformed",
  "map-absent",
] as const;

export type PackageFault = EcflashError<(typeof PACKAGE_FAULTS)[number]>;

/** What is wrong with a package, in the order it was found: failures as a flash would throw them, and findings. */
export class Gathered {
  readonly faults: PackageFault[] = [];
  readonly findings: Finding[] = [];

  /** Takes a failure that is the package's fault; any other (a disk that cannot be read) is thrown on. */
  fault(error: unknown): void {
    if (!isEcflashError(error, ...PACKAGE_FAULTS)) throw error;
    this.faults.push(error);
    this.findings.push(findingOf(error.code, wordsOf(error).what, placeOf(error)));
  }

  /** Runs one part of the examination; null where the package is at fault. */
  async attempt<T>(work: () => Promise<T> | T): Promise<T | null> {
    try {
      return await work();
    } catch (error) {
      this.fault(error);
      return null;
    }
  }
}

function placeOf({ facts }: PackageFault): { file: string | null; line: number | null } {
  const file =
    "path" in facts ? facts.path : "file" in facts ? facts.file : "entry" in facts ? facts.entry : null;
  const line = "reason" in facts ? /^line (\d+)[,:]/.exec(facts.reason)?.[1] : undefined;
  return { file, line: line === undefined ? null : Number(line) };
}
