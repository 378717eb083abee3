import { EcflashError } from "./errors.js";
import type { Facts } from "./facts.js";
import { parseRevision, type Revision } from "./revision.js";

/** A release, as far as choosing one looks at it. */
export interface Offer {
  readonly hardwareCodes: readonly string[];
  readonly orderOptions: readonly string[];
  readonly revision: string;
  readonly line: string;
  readonly recommended: boolean;
  readonly retracted?: { readonly reason: string; readonly date: string } | undefined;
}

export interface ReleaseWish {
  readonly hardwareCode: string;
  /** `STD` of the label; null where none is known. */
  readonly orderOption: string | null;
  /** To the letter; null asks for the recommended one. */
  readonly askedRevision: string | null;
  /** Build line the module is on; null where it is not known, and then every line counts. */
  readonly line: string | null;
}

/**
 * The release for a module: the one that was asked for, whole and to the letter, else the one recommended for its
 * hardware code, order option and line. Retracted ones are never taken.
 * @throws EcflashError `package-for-other-hardware`, `release-retracted`, `release-missing` when there is none, or none
 * or several are recommended
 */
export function chooseRelease<R extends Offer>(offers: readonly R[], wish: ReleaseWish, facts: Facts): R {
  const { hardwareCode, askedRevision, line } = wish;
  const own = offers.filter(
    (offer) => offer.hardwareCodes.includes(hardwareCode) && isForOption(offer, wish.orderOption, facts),
  );
  const live = own.filter(({ retracted }) => retracted === undefined);
  const wanted =
    askedRevision === null
      ? live.filter((offer) => isAutomatic(offer, facts) && (line === null || offer.line === line))
      : live.filter(({ revision }) => revision === askedRevision);
  const [release, ...others] = wanted;
  if (release !== undefined && others.length === 0) return release;
  if (askedRevision !== null) refuseAsked(offers, askedRevision, hardwareCode);
  throw new EcflashError("release-missing", {
    hardwareCode,
    orderOption: wish.orderOption,
    line: askedRevision === null ? line : null,
    asked: askedRevision,
    recommended: askedRevision === null ? wanted.map(({ revision }) => revision) : [],
    known: live.map(({ revision }) => revision),
  });
}

/** Why one that was named is not taken, where more can be said than that it is not there. */
function refuseAsked(offers: readonly Offer[], asked: string, hardwareCode: string): void {
  const named = offers.find(({ revision }) => revision === asked);
  if (named === undefined) return;
  if (!named.hardwareCodes.includes(hardwareCode))
    throw new EcflashError("package-for-other-hardware", {
      release: asked,
      packageCode: named.hardwareCodes.join(", "),
      declaredCode: hardwareCode,
    });
  if (named.retracted !== undefined)
    throw new EcflashError("release-retracted", { release: asked, ...named.retracted });
}

/**
 * Carrier firmware belongs to modules ordered for that carrier (domain.md 1.3: the mark of the option is in the
 * revision), so `*` does not stand for it. An option that is not known says nothing.
 */
export function isForOption({ orderOptions }: Offer, option: string | null, facts: Facts): boolean {
  if (option === null || orderOptions.includes(option)) return true;
  const isCarrier = (facts.ordering.options.get(option)?.mark ?? null) !== null;
  return orderOptions.includes("*") && !isCarrier;
}

/** Editions with a mark are nobody's unasked: OCPU, BETA, a carrier's, a customer's `#`. */
function isAutomatic(offer: Offer, facts: Facts): boolean {
  if (!offer.recommended) return false;
  const reading = parseRevision(offer.revision, facts);
  return reading.kind === "revision" && reading.revision.marks.length === 0;
}

/** The line to stay on: that of the claimed revision, where it is of the declared hardware code. */
export function lineToKeep(claimed: Revision | null, hardwareCode: string): string | null {
  return claimed?.hardwareCode === hardwareCode ? claimed.buildLine : null;
}
