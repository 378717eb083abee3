import type { ExitCode } from "../core/exits.js";
import { type CheckFormat, rendererOf } from "../ui/check-formats.js";
import type { CheckRenderer } from "../ui/check-renderer.js";
import type { Environment } from "./environment.js";

export interface RenderOptions {
  readonly format: CheckFormat;
}

/** Renders what `work` tells the renderer of, in the format that was asked for. Gives the exit that `work` came to. */
export async function renderCheck(
  environment: Environment,
  { format }: RenderOptions,
  work: (renderer: CheckRenderer) => Promise<ExitCode>,
): Promise<ExitCode> {
  const make = await rendererOf(format);
  const renderer = make({ out: environment.out, now: environment.now() });
  renderer.begin();
  const exit = await work(renderer);
  renderer.end({ exit });
  return exit;
}
