import { EcflashError } from "../core/errors.js";
import { maskDigits } from "../core/mask.js";
import type { Journal } from "./journal.js";

/** The refusal of a module that is not the one an unfinished run belongs to, or cannot be told to be it. */
export function strangerAtPort({ entry, path }: Journal, imei: string | null): EcflashError {
  const masked = (digits: string | null) => (digits === null ? "not read" : maskDigits(digits));
  return new EcflashError(
    "stranger-at-port",
    {
      portPath: entry.portPath,
      expected: masked(entry.identity.imei),
      found: masked(imei),
      record: path,
    },
    { state: { where: "normal", image: "unknown" } },
  );
}
