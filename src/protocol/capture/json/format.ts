import type { Loose } from "./loose-json.js";
import type { Observation } from "../observation.js";

export type LooseObject = { readonly [key: string]: Loose };

/**
 * A reader of one JSON format. It is given every object, outer ones first, and says what it found; null is "not mine", and
 * then the readers are given what the object holds. `place` tells objects apart that name no place of their own.
 */
export type JsonReader = (object: LooseObject, place: string) => readonly Observation[] | null;

export function isObject(value: Loose | undefined): value is LooseObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field as text; a number as it is written, null for anything else. */
export function textOf(object: LooseObject, key: string): string | null {
  const value = Object.hasOwn(object, key) ? object[key] : null;
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : null;
}

export function objectsOf(object: LooseObject, key: string): readonly LooseObject[] {
  const value = Object.hasOwn(object, key) ? object[key] : null;
  return Array.isArray(value) ? value.filter(isObject) : [];
}
