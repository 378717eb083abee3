import { actualOf, expectedOf } from "../check-row.js";
import type { MakeRenderer } from "../check-renderer.js";
import { oneLine } from "../escape.js";
import { missingOf } from "../inventory.js";

/**
 * What a `mender-inventory-*` script prints: `key=value` lines; a key that is repeated becomes a list. Every module has
 * every key, so the lists of several modules go together place by place.
 */
export const menderRenderer: MakeRenderer = ({ out }) => {
  const line = (key: string, value: string | null) =>
    out.write(`ecflash_${key}=${value === null || value === "" ? "none" : oneLine(value)}\n`);
  return {
    begin: () => undefined,
    record: (judgement) => {
      const { reading, verdict, confidence, claimed, claimedVariant } = judgement;
      line("source", reading.source);
      line("verdict", verdict);
      line("confidence", confidence);
      line("expected", expectedOf(judgement));
      line("revision", actualOf(judgement));
      line("hardware_code", claimed?.hardwareCode ?? null);
      line("variant", claimedVariant);
      line("mode", reading.mode);
    },
    failure: ({ source, error }) => line("failure", `${source}: ${error.code}`),
    end: ({ exit, inventory }) => {
      for (const { source, says } of missingOf(inventory)) line("missing", `${source}: ${says}`);
      line("exit", String(exit));
    },
  };
};
