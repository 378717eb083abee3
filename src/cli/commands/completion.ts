import { Argument, type Command } from "commander";
import { EXIT } from "../../core/exits.js";
import type { Act } from "../act.js";
import { askedBy } from "../completion/ask.js";
import { scriptOf, type Shell, SHELLS } from "../completion/scripts.js";
import { valuesOf } from "../completion/values.js";
import type { Environment } from "../environment.js";

export function addCompletion(program: Command, act: Act): void {
  program
    .command("completion")
    .description("print what makes a shell complete ecflash at the tab key")
    .addArgument(new Argument("<shell>", "which shell").choices(SHELLS))
    .action((shell: Shell) =>
      act(async ({ out }) => {
        out.write(await scriptOf(shell));
        return EXIT.done;
      })({}),
    );
}

/** What the shells ask; every other command must be there already. */
export function addComplete(program: Command, act: Act): void {
  program
    .command("complete", { hidden: true })
    .argument("[words...]", "the line behind the program's name, up to the cursor")
    .action((words: readonly string[]) => act((environment) => complete(environment, program, words))({}));
}

async function complete(
  environment: Environment,
  program: Command,
  line: readonly string[],
): Promise<number> {
  const { out } = environment;
  const { typed, words, valueOf } = askedBy(program, line);
  const values = valueOf === null ? null : await valuesOf(valueOf, environment);
  if (values?.files === true) out.write(":files\n");
  for (const { value, description } of [...words, ...(values?.list ?? [])])
    if (value.startsWith(typed)) out.write(`${value}\t${description}\n`);
  return EXIT.done;
}
