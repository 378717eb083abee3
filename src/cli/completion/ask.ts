import type { Argument, Command, Option } from "commander";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What may stand at the cursor: words that are known from the commands themselves, or a value of something. */
export interface Asked {
  readonly typed: string;
  readonly words: readonly Candidate[];
  readonly valueOf: Option | Argument | null;
}

/**
 * What a command line asks for at its last word, read from commander's own tree, so that it can name nothing that the
 * program does not know. `line` is all behind the program's name up to the cursor, the last word as far as it is typed.
 */
export function askedBy(program: Command, line: readonly string[]): Asked {
  const { before, typed } = cut(line);
  let command = program;
  let option: Option | null = null;
  let place = 0;
  for (const word of before) {
    if (word.startsWith("-")) {
      const found = optionOf(command, word.split("=", 1)[0] ?? word);
      option = found !== null && takesValue(found) && !word.includes("=") ? found : null;
    } else if (option !== null) {
      if (!option.variadic) option = null;
    } else {
      const next = command.commands.find((sub) => sub.name() === word);
      place = next === undefined ? place + 1 : 0;
      command = next ?? command;
    }
  }
  const equals = /^(--[^=]+)=(.*)$/s.exec(typed);
  if (equals !== null)
    return { typed: equals[2] ?? "", words: [], valueOf: optionOf(command, equals[1] ?? "") };
  if (typed.startsWith("-")) return { typed, words: optionsOf(command), valueOf: null };
  if (option !== null) return { typed, words: [], valueOf: option };
  const argument = command.registeredArguments[place] ?? null;
  return { typed, words: place === 0 ? commandsOf(command) : [], valueOf: argument };
}

/** bash cuts `--format=js` into three words at the sign. */
function cut(line: readonly string[]): { before: readonly string[]; typed: string } {
  const last = line.at(-1) ?? "";
  const before = line.slice(0, -1).filter((word) => word !== "=");
  return { before, typed: last === "=" ? "" : last };
}

function optionOf(command: Command, flag: string): Option | null {
  return command.options.find(({ long, short }) => long === flag || short === flag) ?? null;
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function optionsOf(command: Command): Candidate[] {
  const options = command.createHelp().visibleOptions(command);
  return options.map(({ long, short, description }) => ({ value: long ?? short ?? "", description }));
}

function commandsOf(command: Command): Candidate[] {
  const commands = command.createHelp().visibleCommands(command);
  return commands.map((sub) => ({ value: sub.name(), description: sub.description() }));
}
