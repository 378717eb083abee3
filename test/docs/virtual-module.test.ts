import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scenarioSchema } from "../../src/manifest/scenario-schema.js";
import { KNOWN_COMMANDS } from "../../src/sim/at/commands.js";

/** The page that says on what every behaviour of the model rests must name them all. */
const page = readFileSync(new URL("../../docs/virtual-module.md", import.meta.url), "utf8");
const { switches, fault } = choices();

describe("docs/virtual-module.md", () => {
  it.each(switches)("names the switch %s", (name) => {
    expect(page).toContain(`\`${name}\``);
  });

  it.each(fault.names)("has a row for the fault %s", (name) => {
    expect(page).toMatch(new RegExp(`^\\| \`${name}\` \\|`, "m"));
  });

  it.each(fault.items)("names the place %s", (item) => {
    expect(page).toContain(`\`${item}\``);
  });

  it.each(KNOWN_COMMANDS.filter((command) => command.startsWith("+")))(
    "names the AT command %s",
    (command) => {
      const [name = ""] = command.split(/[=?]/);
      expect(page).toContain(name);
    },
  );
});

/** What the schema lets a scenario choose. */
function choices() {
  const { modules } = scenarioSchema.shape;
  const { switches: inner, faults } = modules.element.shape;
  const one = faults.unwrap().element;
  return {
    switches: Object.keys(inner.unwrap().shape),
    fault: { names: one.shape.name.options, items: one.shape.at.shape.item.options },
  };
}
