import { VERDICTS } from "../../core/verdict-meaning.js";
import { actualOf, expectedOf } from "../check-row.js";
import type { MakeRenderer } from "../check-renderer.js";
import { labelValue } from "../escape.js";

type Labels = Readonly<Record<string, string>>;

/**
 * For the textfile collector of node_exporter. Names and labels are only ever added to. A file that is no longer
 * written shows by `ecflash_check_timestamp_seconds`.
 */
export const prometheusRenderer: MakeRenderer = ({ out, now }) => {
  const sources = new Names();
  const info: string[] = [];
  const verdicts: string[] = [];
  const failed: string[] = [];
  const family = (name: string, help: string, samples: readonly string[]) => {
    if (samples.length === 0) return;
    out.write(`# HELP ${name} ${help}\n# TYPE ${name} gauge\n`);
    for (const sample of samples) out.write(`${name}${sample}\n`);
  };

  return {
    begin: () => undefined,
    record: (judgement) => {
      const { reading, claimed, claimedVariant, declared, confidence } = judgement;
      const source = sources.unused(reading.source);
      info.push(
        sample(1, {
          source,
          expected: expectedOf(judgement) ?? "",
          expected_variant: declared?.variant ?? "",
          actual: actualOf(judgement) ?? "",
          actual_variant: claimedVariant ?? "",
          hardware_code: claimed?.hardwareCode ?? "",
          mode: reading.mode,
          confidence,
          virtual: String(reading.virtual),
        }),
      );
      for (const verdict of VERDICTS)
        verdicts.push(sample(verdict === judgement.verdict ? 1 : 0, { source, verdict }));
    },
    failure: ({ source, error }) => {
      failed.push(sample(1, { source: sources.unused(source), code: error.code }));
    },
    end: ({ exit, tally, inventory }) => {
      const { modules, failures } = tally;
      family("ecflash_module_info", "What is declared of a module, and what it says it is; always 1.", info);
      family("ecflash_module_verdict", "1 for the verdict of a module, 0 for the other verdicts.", verdicts);
      family("ecflash_check_failure", "A module or text that could not be read, and why; always 1.", failed);
      family("ecflash_check_modules", "Modules that were judged.", [sample(modules)]);
      family("ecflash_check_failures", "Modules or texts that could not be read.", [sample(failures)]);
      if (inventory !== undefined) {
        const { missing, unlisted } = inventory;
        family("ecflash_inventory_missing", "Rows that no module belongs to.", [sample(missing.length)]);
        family("ecflash_inventory_unlisted", "Modules that no row belongs to.", [sample(unlisted)]);
      }
      family("ecflash_check_exit_code", "What ecflash check exited with.", [sample(exit)]);
      family("ecflash_check_timestamp_seconds", "When the modules were judged, in Unix time.", [
        sample(Math.floor(now.getTime() / 1000)),
      ]);
    },
  };
};

function sample(value: number, labels: Labels = {}): string {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${labelValue(text)}"`);
  return `${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
}

/** Sources as labels: two series with the same labels would make the whole file invalid, so the second gets a number. */
class Names {
  readonly #used = new Set<string>();

  unused(source: string): string {
    let name = source;
    for (let count = 2; this.#used.has(labelValue(name)); count += 1) name = `${source}#${count}`;
    // What is masked or shown alike is the same label.
    this.#used.add(labelValue(name));
    return name;
  }
}
