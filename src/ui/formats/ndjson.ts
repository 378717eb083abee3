import { failureDocument, moduleDocument } from "../check-json.js";
import type { MakeRenderer } from "../check-renderer.js";
import type { CheckRecord } from "../check-schema.js";
import { jsonText } from "../escape.js";
import { inventoryDocument } from "../inventory.js";

/** One line a module as it is judged, then one line that sums up: the contract `ecflash.check.record/1`. */
export const ndjsonRenderer: MakeRenderer = ({ out }) => {
  const line = (record: CheckRecord) => out.write(`${jsonText(record)}\n`);
  const schema = "ecflash.check.record/1";
  return {
    begin: () => undefined,
    record: (judgement) => {
      line({ schema, kind: "module", ...moduleDocument(judgement) });
    },
    failure: (failure) => {
      line({ schema, kind: "failure", ...failureDocument(failure) });
    },
    end: ({ exit, tally, inventory }) => {
      const report = inventory === undefined ? {} : { inventory: inventoryDocument(inventory) };
      line({ schema, kind: "summary", ...tally, ...report, exit });
    },
  };
};
