import { stemOf } from "../../../core/sightings.js";
import { isOfNow } from "./field-names.js";
import { type Field, fieldObservations, fieldOf, isReport } from "./fields.js";
import { type Observation, subject } from "../observation.js";
import { portKey, portPathKey } from "../place.js";
import { isQuectelShape } from "../revision-text.js";

/**
 * The fields of one report, by whatever format. The first of each kind counts, but of two revisions the module's own (a
 * gateway has firmware, too), the one that is said to run now, and the fuller form of the same one.
 */
export class ReportFields {
  readonly #values = new Map<Field, string>();
  readonly #places: string[] = [];
  #now = false;

  get isEmpty(): boolean {
    return this.#values.size === 0;
  }

  get(field: Field): string | undefined {
    return this.#values.get(field);
  }

  has(field: Field): boolean {
    return this.#values.has(field);
  }

  put(name: string, field: Field, value: string): void {
    const kind = kindOf(field, value);
    if (kind === "place") this.#places.push(value);
    const old = this.#values.get(kind);
    if (old !== undefined && !(kind === "revision" && this.#isBetter(name, value, old))) return;
    if (kind === "revision") this.#now = isOfNow(name);
    this.#values.set(kind, value);
  }

  /** As `put`, for a name that may be of no field. */
  putNamed(name: string, value: string): void {
    const field = fieldOf(name);
    if (field !== null) this.put(name, field, value);
  }

  /** Whether a revision by this name is one more of the same module: said beside the one that runs now, or a form of it. */
  isSame(name: string, value: string): boolean {
    const old = this.#values.get("revision");
    return old === undefined || isOfNow(name) !== this.#now || isForm(bare(old), bare(value));
  }

  /** Whether this is only that something else runs now: no word of whose it is. */
  isNews(): boolean {
    const others = [...this.#values.keys()].filter((field) => field !== "revision" && field !== "version");
    return this.#now && others.length === 0 && isQuectelShape(bare(this.#values.get("revision") ?? ""));
  }

  /** Whether it is of a module that is there; `isUnit`: something beside it names the unit itself. */
  isReport(isUnit = false): boolean {
    return isReport(this.#values) || (isUnit && isQuectelShape(bare(this.#values.get("revision") ?? "")));
  }

  /** The place by which other texts name the same module; null where none of those given is one. */
  placeKey(): string | null {
    const keys = [portPathKey, portKey].flatMap((keyOf) => this.#places.map((place) => keyOf(place)));
    return keys.find((key) => key !== null) ?? null;
  }

  /** What the fields say, but for those in `not`. */
  observations(from: string, not: readonly Field[] = []): readonly Observation[] {
    // Beside a revision a `version` is that of the device around the module.
    const left = this.has("revision") ? [...not, "version"] : not;
    return [...this.#values].flatMap(([field, value]) =>
      left.includes(field) ? [] : fieldObservations(field, value, from),
    );
  }

  /** Whether it has a revision, and is a report: of a format in which any other version is anybody's. */
  get isOfModule(): boolean {
    return this.has("revision") && this.isReport();
  }

  /** What it says of the module of this key; nothing where it is none. */
  ofModule(key: string, from: string): readonly Observation[] {
    return this.isOfModule ? [subject(key), ...this.observations(from), subject(null)] : [];
  }

  #isBetter(name: string, value: string, old: string): boolean {
    if (!isQuectelShape(bare(value))) return false;
    if (!isQuectelShape(bare(old))) return true;
    if (isForm(bare(old), bare(value))) return bare(value).length > bare(old).length;
    return isOfNow(name) && !this.#now;
  }
}

/** A model's name, under which a table or a release lists what it is for. */
const MODEL = /^(?:Quectel )?[A-Z]{2}\d{2,3}(?:[A-Z]?-[A-Z]{1,5})?$/;

function kindOf(field: Field, value: string): Field {
  // `version` alone is anybody's; only a module has one of Quectel's shape.
  if (field === "version" && isQuectelShape(bare(value))) return "revision";
  return field === "place" && MODEL.test(value.trim()) ? "model" : field;
}

function bare(value: string): string {
  return (
    value
      .trim()
      .replace(/^(?:Revision|VERSION):\s*/i, "")
      .split(/\s/)[0] ?? ""
  );
}

function isForm(one: string, other: string): boolean {
  return stemOf(one) === stemOf(other);
}
