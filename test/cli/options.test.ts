import { Command, type Option } from "commander";
import { describe, expect, it } from "vitest";
import type { Act } from "../../src/cli/act.js";
import { settleFlags } from "../../src/cli/flags.js";
import { COMMANDS } from "../../src/cli/program.js";

const program = new Command("ecflash");
const act: Act = () => async () => undefined;
for (const { load } of COMMANDS) (await load())(program, act);

const all = (command: Command): { command: string; option: Option }[] => [
  ...command.options.map((option) => ({ command: command.name(), option })),
  ...command.commands.flatMap(all),
];
const options = all(program);

describe("every option of every command", () => {
  it("are all here", () => {
    expect(options.length).toBeGreaterThan(30);
  });

  it.each(options.map(({ command, option }) => [command, option.long, option.envVar] as const))(
    "%s %s has the environment variable %s",
    (_command, long, variable) => {
      const word = (long ?? "").slice(2).toUpperCase().replaceAll("-", "_");
      expect(variable).toBe(word === "KEY" ? "ECFLASH_INDEX_KEY" : `ECFLASH_${word}`);
    },
  );
});

describe("a flag by its variable", () => {
  const settled = (word: string | undefined) => {
    const command = new Command("check");
    for (const { option } of options.filter((one) => one.command === "check")) command.addOption(option);
    if (word !== undefined) command.setOptionValueWithSource("strict", true, "env");
    settleFlags(command, { ECFLASH_STRICT: word });
    return command.getOptionValue("strict") as unknown;
  };

  it.each(["1", "true", "yes", "on", " TRUE "])("is set by %j", (word) => {
    expect(settled(word)).toBe(true);
  });

  it.each(["", "0", "false", "no", "off", undefined])("is not by %j", (word) => {
    expect(settled(word)).toBe(false);
  });

  it("is refused where the word is neither", () => {
    expect(() => settled("maybe")).toThrow("usage");
  });
});
