import { wordsOf } from "../core/catalogue.js";
import type { EcflashError } from "../core/errors.js";
import type { ErrorDocument } from "./error-schema.js";

/** A failure as the document of the contract. */
export function errorDocument(failure: EcflashError): ErrorDocument {
  const { code, state, exit } = failure;
  const { what, tries } = wordsOf(failure);
  return { schema: "ecflash.error/1", code, says: what, state, tries: [...tries], exit };
}
