import type { Edge } from "./edge.js";

/**
 * What is known of crossings, whoever's index is used. All of it forbids, but for the ways that were gone and told of in
 * public; and what is put on a module along one of those still comes from the signed index alone.
 */
export interface KnownCrossings {
  readonly forbidden: readonly ForbiddenCrossing[];
  readonly floors: readonly Floor[];
  readonly oneWay: readonly OneWayVariant[];
  readonly tested: readonly Edge[];
}

/** Firmware of this variant may write what an older release cannot read, so no release goes back without an edge. */
export interface OneWayVariant {
  readonly variant: string;
  readonly source: string;
}

export const NO_KNOWN_CROSSINGS: KnownCrossings = { forbidden: [], floors: [], oneWay: [], tested: [] };

export interface ForbiddenCrossing {
  readonly from: ForbiddenEnd;
  readonly to: ForbiddenEnd;
  readonly bothWays: boolean;
  readonly source: string;
}

export interface ForbiddenEnd {
  readonly hardwareCode: string;
  readonly baseline?: string | undefined;
  readonly buildLine?: string | undefined;
}

/** A module that once ran `once` or newer must not go below `notBelow`. */
export interface Floor {
  readonly hardwareCode: string;
  readonly once: FloorEnd;
  readonly notBelow: FloorEnd;
  readonly source: string;
}

/** A revision, as far as floors look at one. */
export interface FloorEnd {
  readonly text: string;
  readonly hardwareCode: string;
  readonly baseline: string;
  readonly build: string;
  readonly edition: string | null;
  readonly subEdition: string | null;
  readonly buildLine: string | null;
  readonly suffix: string;
}
