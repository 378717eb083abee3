import type { UsbDevice, Witness } from "../core/bus.js";
import { EcflashError } from "../core/errors.js";
import type { Said } from "../core/reading.js";

/**
 * A reading when every AT port of the module is held: what the programs that have it say, the first that knows
 * something. Nothing is opened, inhibited or sent through a port. Throws `port-held` with what each of them said.
 */
export async function readBeside(
  witnesses: readonly Witness[],
  device: UsbDevice,
  held: EcflashError<"port-held">,
  signal?: AbortSignal,
): Promise<Said> {
  const { path, holders } = held.facts;
  const alsoAsked: string[] = [];
  for (const { name, ask } of witnesses) {
    const testimony = await ask(device, signal);
    signal?.throwIfAborted();
    if (testimony.kind === "said") {
      const by = holders.length === 0 ? "another program" : holders.join(" and ");
      const silent = alsoAsked.map((text) => `; ${text}`).join("");
      const says = `the AT ports are held by ${by} and were not opened; ${name} was asked instead${silent}`;
      return { ...testimony.said, circumstances: [{ from: name, says }] };
    }
    alsoAsked.push(`${name}: ${testimony.why}`);
  }
  throw new EcflashError("port-held", { path, holders, alsoAsked }, { cause: held });
}
