import { EcflashError } from "../../core/errors.js";
import type { Facts } from "../../core/facts.js";
import { type Finding, findingOf } from "../../core/lint/rules.js";
import { parseRevision, type Revision } from "../../core/revision.js";
import type { Release } from "../index/types.js";
import type { Inventory } from "./inventory.js";

/**
 * The folder's name is the package's only word on what it is (domain.md 4.3); a flat archive has none but the index's.
 * @throws EcflashError `package-malformed`, `package-contradicts-index`
 */
export function revisionOf(
  { name }: Inventory,
  { facts, release }: { readonly facts: Facts; readonly release?: Pick<Release, "revision"> | undefined },
  findings: Finding[],
): Revision {
  const named = parseRevision(name, facts);
  const indexed = release === undefined ? null : parseRevision(release.revision, facts);
  const contradicts = (index: string) =>
    new EcflashError("package-contradicts-index", { what: "revision", index, found: name });
  if (indexed !== null && indexed.kind !== "revision") throw contradicts(release?.revision ?? "");
  if (named.kind === "revision" && indexed !== null && named.revision.text !== indexed.revision.text)
    throw contradicts(indexed.revision.text);
  const reading = named.kind === "revision" ? named : indexed;
  if (reading === null)
    throw new EcflashError("package-malformed", {
      path: name,
      reason: "its folder is not named after a revision",
    });
  if (named.kind !== "revision")
    findings.push(
      findingOf(
        "revision-by-index-only",
        "the archive has no top folder; that it is this revision rests on the index alone",
      ),
    );
  if (reading.revision.hardware === null)
    throw new EcflashError("package-malformed", {
      path: name,
      reason: `the hardware code ${reading.revision.hardwareCode} is not in the table`,
    });
  return reading.revision;
}
