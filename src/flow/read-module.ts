import type { ModuleReading } from "../core/reading.js";
import type { Witness } from "../core/bus.js";
import type { FoundModule } from "../device/find.js";
import { identify } from "../device/identify.js";
import type { FlowContext } from "./context.js";
import { readPatiently, type ReadPatience } from "./read-patiently.js";

/**
 * Reads one module. A silent module in normal mode is a reading without a claim, which the table calls `unknown`. One
 * whose AT ports are held is told of by `witnesses`; without them that is `port-held`. `endAsking` ends it at any time.
 */
export async function readModule(
  context: FlowContext,
  { device, mode }: FoundModule,
  witnesses?: readonly Witness[],
  endAsking?: AbortSignal,
): Promise<ModuleReading> {
  const { bus, clock, facts, stop } = context;
  const signal = endAsking ?? stop.signal;
  return identify({ bus, clock, facts, signal, endAsking, witnesses }, device, mode);
}

/** Reads one module that may be given time until `untilMs`, by the run's clock; null takes it as it is now. */
export async function readWithin(
  context: FlowContext,
  module: FoundModule,
  { untilMs, signal, told }: Pick<ReadPatience, "signal" | "told"> & { readonly untilMs: number | null },
): Promise<ModuleReading> {
  return untilMs === null
    ? readModule(context, module, context.bus.witnesses, signal)
    : readPatiently(context, module, { untilMs, comesBack: true, signal, told });
}
