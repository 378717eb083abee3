import type { Environment } from "./environment.js";

/** Wraps a command's work: its exit becomes the program's, its failure is told once. */
export type Act = <O extends { readonly format?: string }>(
  work: (environment: Environment, options: O) => Promise<number>,
) => (options: O) => Promise<void>;
