import { asEcflashError, EcflashError } from "../core/errors.js";
import type { Failed } from "./check-stream.js";

/** The error as the failure of one input. Throws what is none: it concerns more than that. */
export function inputFailure(error: unknown): EcflashError {
  const failure = asEcflashError(error);
  if (failure.code === "input-unreadable" || failure.code === "input-empty") return failure;
  throw error;
}

/** A failure of one input, or of what is in it. */
export function failed(source: string, error: EcflashError): Failed {
  return { kind: "failure", source, error };
}

/** What to throw where every input failed. One that cannot be read comes first: it may be all there is to see. */
export function failureOfAll(failures: readonly Failed[]): EcflashError {
  const unreadable = failures.find(({ error }) => error.code !== "input-empty");
  const path = failures.map(({ source }) => source).join(", ");
  return unreadable?.error ?? new EcflashError("input-empty", { path });
}
