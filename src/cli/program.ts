import { Command, CommanderError } from "commander";
import { EXIT } from "../core/exits.js";
import type { Act } from "./act.js";
import type { Environment } from "./environment.js";
import { settle } from "./settle.js";

type Adder = (program: Command, act: Act) => void;

/** Each command is one file, loaded only when it is asked for: `--version` must not pay for USB, HTTP or schemas. */
export const COMMANDS: readonly { readonly name: string; readonly load: () => Promise<Adder> }[] = [
  { name: "list", load: async () => (await import("./commands/list.js")).addList },
  { name: "check", load: async () => (await import("./commands/check.js")).addCheck },
  { name: "diagnose", load: async () => (await import("./commands/diagnose.js")).addDiagnose },
  { name: "fetch", load: async () => (await import("./commands/fetch.js")).addFetch },
  { name: "package", load: async () => (await import("./commands/package.js")).addPackage },
  { name: "cache", load: async () => (await import("./commands/cache.js")).addCache },
  { name: "flash", load: async () => (await import("./commands/flash.js")).addFlash },
  { name: "recover", load: async () => (await import("./commands/recover.js")).addRecover },
  { name: "connect", load: async () => (await import("./commands/connect.js")).addConnect },
  { name: "index", load: async () => (await import("./commands/index.js")).addIndex },
  { name: "manifest", load: async () => (await import("./commands/manifest.js")).addManifest },
  { name: "sim", load: async () => (await import("./commands/sim.js")).addSim },
  { name: "demo", load: async () => (await import("./commands/demo.js")).addDemo },
  { name: "completion", load: async () => (await import("./commands/completion.js")).addCompletion },
  { name: "complete", load: async () => (await import("./commands/completion.js")).addComplete },
];

/** The commands that a command line names; without one the help must know them all, and so must a tab behind none. */
function wantedBy(args: readonly string[]): typeof COMMANDS {
  const wanted = COMMANDS.filter(({ name }) => args.includes(name));
  if (args.includes("--version")) return wanted;
  return wanted.some(({ name }) => name !== "complete") ? wanted : COMMANDS;
}

/** Runs one command line and gives its exit code; never exits by itself. */
export async function runProgram(
  args: readonly string[],
  environment: Environment,
  version: string,
): Promise<number> {
  let exit: number = EXIT.done;
  const program = new Command("ecflash")
    .description(
      "Finds Quectel EC25-family modules, tells whether their firmware belongs to them, and puts the right one on.",
    )
    .version(version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => environment.out.write(text),
      writeErr: (text) => environment.err.write(text),
    });
  let acting: Command = program;
  program.hook("preAction", (_program, command) => {
    acting = command;
  });
  const act: Act = (work) => async (options) => {
    try {
      settle(acting, environment.variables);
      exit = await work(environment, options);
    } catch (error) {
      const { tellFailure } = await import("./output.js");
      exit = await tellFailure(environment, error, options.format ?? "text");
    }
  };
  for (const { load } of wantedBy(args)) (await load())(program, act);
  try {
    await program.parseAsync([...args], { from: "user" });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    throw error;
  }
}
