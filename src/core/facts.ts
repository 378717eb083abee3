import type { KnownCrossings } from "./known-crossings.js";

/**
 * What is known of modules, as values. The facts themselves are in `manifests/`, each with its source; this file only
 * says their shape. Standing: `seen` on a real unit, `table` in a vendor's or seller's table, `guess` inferred, `site`
 * added by the owner of a site. A `guess` never decides a verdict.
 */
export type Standing = "seen" | "table" | "guess" | "site";

/** The two masks of `AT+QCFG="band"`: GSM/WCDMA bits, and LTE where bit n-1 is band n. LTE needs more than 53 bits. */
export interface BandMask {
  readonly gw: bigint;
  readonly lte: bigint;
}

export interface FactoryMask extends BandMask {
  readonly standing: Standing;
  readonly source: string;
}

export interface Variant {
  /** `EC25-A`, as Quectel writes it. */
  readonly name: string;
  readonly model: string;
  readonly region: string;
  readonly lteBands: readonly number[];
  /** Standing of `lteBands`. */
  readonly standing: Standing;
  readonly source: string;
  readonly factoryMask: FactoryMask | null;
}

/** One row of the closed table: the label's code and, with `R` behind it, the prefix of the firmware that belongs to it. */
export interface HardwareCode {
  /** `EC25AFA`. */
  readonly code: string;
  readonly model: string;
  /** `EC25-A`. */
  readonly variant: string;
  /** `FA`: the memory code between variant and `R`. */
  readonly memory: string;
  /** Flash size fields that were seen or follow from the label, for example `M4G`. */
  readonly flash: readonly string[];
  readonly standing: Standing;
  readonly source: string;
}

/** What the fields of an ordering code behind the hardware code mean (domain.md 1.1). */
export interface Ordering {
  /** By megabytes: `512` is `M4G`. */
  readonly sizes: ReadonlyMap<string, { readonly flash: string; readonly standing: Standing }>;
  /** By order option: `SKT` is the edition of a carrier, whose firmware has that mark; most have none. */
  readonly options: ReadonlyMap<string, { readonly mark: string | null; readonly standing: Standing }>;
}

export interface Facts {
  readonly variants: ReadonlyMap<string, Variant>;
  readonly hardwareCodes: ReadonlyMap<string, HardwareCode>;
  /** Models this project judges (EC25, EG25, EC20 CE), and the neighbours it can name and set aside (EC21, EG06 ...). */
  readonly models: ReadonlyMap<string, "judged" | "neighbour">;
  /** Patterns of firmware strings of clones on 2c7c:0125, as plain prefixes. */
  readonly clonePrefixes: readonly string[];
  readonly ordering: Ordering;
  readonly crossings: KnownCrossings;
}
