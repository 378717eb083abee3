import { explainText } from "../check-explain.js";
import { failureText, judgementText } from "../check-text.js";
import type { MakeRenderer } from "../check-renderer.js";
import { coloursFor } from "../colours.js";
import { inventoryText } from "../inventory.js";
import { tallyText } from "../tally-text.js";

/** For a person: one paragraph a module, a page with `--explain`, as it is judged. */
export const textRenderer: MakeRenderer = ({ out, explain }) => {
  const colours = coloursFor(out);
  let between = "";
  let told = 0;
  const paragraph = (text: string) => {
    out.write(`${between}${text}\n`);
    between = "\n";
  };
  return {
    begin: () => undefined,
    record: (judgement) => {
      told += 1;
      paragraph((explain ? explainText : judgementText)(judgement, colours));
    },
    failure: (failure) => paragraph(failureText(failure, colours)),
    end: ({ tally, inventory }) => {
      // Silence would look like nothing judged.
      if (told < tally.modules) paragraph(tallyText(tally));
      if (inventory !== undefined) paragraph(inventoryText(inventory));
    },
  };
};
