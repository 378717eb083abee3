/** Who put it on how many modules, as the owner of an index signs it. */
export interface UnitEvidence {
  readonly by: string;
  readonly modules: number;
  /** Virtual modules show that the tool works, never that the firmware does. */
  readonly virtual: boolean;
  /** Day, `2026-05-01`. */
  readonly date?: string | undefined;
  readonly note?: string | undefined;
}

/** How many modules speak for it. Virtual ones count for a virtual module only. */
export function countedModules(
  evidence: readonly UnitEvidence[],
  { virtual }: { readonly virtual: boolean },
): number {
  return evidence.reduce((sum, one) => sum + (one.virtual && !virtual ? 0 : one.modules), 0);
}

/** It was told of virtual modules and of no other: that says nothing of a real one. Nothing told is not virtual. */
export function isVirtualOnly(evidence: readonly UnitEvidence[]): boolean {
  return evidence.length > 0 && evidence.every(({ virtual }) => virtual);
}
