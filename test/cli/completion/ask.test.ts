import { Argument, Command, Option } from "commander";
import { describe, expect, it } from "vitest";
import { askedBy } from "../../../src/cli/completion/ask.js";

const program = new Command("ecflash");
program
  .command("check")
  .option("--from <file...>", "texts")
  .option("--strict", "all")
  .addOption(new Option("--format <format>", "how").choices(["text", "json"]))
  .addOption(new Option("--secret", "never shown").hideHelp());
const sim = program.command("sim").addArgument(new Argument("[scenario]", "which"));
sim.command("reset").argument("<scenario>");

const ask = (...line: string[]) => askedBy(program, line);
const words = (...line: string[]) => ask(...line).words.map(({ value }) => value);
const valueOf = (...line: string[]) => ask(...line).valueOf?.name();

describe("what a line asks for at its end", () => {
  it("commands first, with what they are for", () => {
    expect(words("")).toEqual(["check", "sim", "help"]);
    expect(words("sim", "")).toEqual(["reset", "help"]);
    expect(valueOf("sim", "")).toBe("scenario");
  });

  it("options of the command that stands before, but none that is hidden", () => {
    expect(words("check", "-")).toEqual(["--from", "--strict", "--format", "--help"]);
    expect(words("check", "--strict", "--f")).toContain("--format");
    expect(words("sim", "reset", "--")).toEqual(["--help"]);
  });

  it("the value of an option that takes one, also behind the sign", () => {
    expect(valueOf("check", "--format", "")).toBe("format");
    expect(ask("check", "--format=js")).toMatchObject({ typed: "js", words: [] });
    expect(valueOf("check", "--format=js")).toBe("format");
    // What bash makes of the two.
    expect(ask("check", "--format", "=", "js").typed).toBe("js");
    expect(valueOf("check", "--format", "=", "js")).toBe("format");
    expect(ask("check", "--format", "=").typed).toBe("");
    expect(valueOf("check", "--format", "=")).toBe("format");
  });

  it("no value behind an option that takes none or has its own", () => {
    expect(valueOf("check", "--strict", "")).toBeUndefined();
    expect(valueOf("check", "--format", "json", "")).toBeUndefined();
    expect(valueOf("check", "--format=json", "")).toBeUndefined();
    expect(valueOf("check", "--unknown", "")).toBeUndefined();
  });

  it("more values of an option that takes several, until the next option", () => {
    expect(valueOf("check", "--from", "a", "b", "")).toBe("from");
    expect(valueOf("check", "--from", "a", "--strict", "")).toBeUndefined();
  });

  it("the argument of a command in a command", () => {
    expect(valueOf("sim", "reset", "")).toBe("scenario");
    expect(valueOf("sim", "reset", "healthy", "")).toBeUndefined();
  });
});
