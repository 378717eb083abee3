/** What is known to go wrong. These facts only ever forbid: what may be flashed comes from the signed index alone. */
export interface KnownCrossings {
  readonly forbidden: readonly ForbiddenCrossing[];
  readonly floors: readonly Floor[];
}

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
