import { EcflashError } from "../../../core/errors.js";
import { EXIT } from "../../../core/exits.js";
import { isSchemaName, SCHEMA_NAMES, schemaText } from "../../../manifest/schemas.js";
import { shippedSchema, shippedSchemas } from "../../../manifest/read.js";
import type { Environment } from "../../environment.js";

/** Prints one JSON Schema: of a file people write, made from the code's own, or of a document that ecflash writes. */
export async function schema(environment: Environment, name: string): Promise<number> {
  const text = isSchemaName(name) ? schemaText(name) : await shippedSchema(name);
  if (text === null) {
    const known = [...new Set([...SCHEMA_NAMES, ...(await shippedSchemas())])].sort();
    throw new EcflashError("usage", { detail: `No schema is called "${name}". Known: ${known.join(", ")}` });
  }
  environment.out.write(text);
  return EXIT.done;
}
