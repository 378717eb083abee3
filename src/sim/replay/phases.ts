import type { UsbDevice } from "../../core/bus.js";
import {
  isTransfer,
  modeByDescriptor,
  type Recording,
  type Transfer,
} from "../../protocol/traffic/format.js";

/** What the host said, and what the module said until the host spoke again. */
export interface Exchange {
  readonly out: Transfer;
  readonly answers: readonly Transfer[];
}

/** One stay of a module on the bus, or one absence. */
export interface Phase {
  /** Null while it is away. */
  readonly device: UsbDevice | null;
  readonly fromMs: number;
  /** By interface, in the order they were recorded. */
  readonly transfers: ReadonlyMap<number, readonly Transfer[]>;
  /** The last thing the host said in it, on any interface: what made the module leave, if it left. */
  readonly lastOut: Transfer | null;
  /** When the next phase begins; null for the last one. */
  readonly untilMs: number | null;
}

interface Draft {
  readonly device: UsbDevice | null;
  readonly fromMs: number;
  readonly transfers: Map<number, Transfer[]>;
  lastOut: Transfer | null;
}

/** The life of every module of a recording, by port path. */
export function phasesOf({ header, lines }: Recording): ReadonlyMap<string, readonly Phase[]> {
  const lives = new Map<string, Draft[]>();
  const begin = (portPath: string, device: UsbDevice | null, fromMs: number) => {
    const life = lives.get(portPath) ?? [];
    lives.set(portPath, life);
    life.push({ device, fromMs, transfers: new Map(), lastOut: null });
  };
  for (const device of header.devices) begin(device.portPath, device, 0);
  for (const line of lines) {
    if (!isTransfer(line)) {
      begin(line.portPath, "device" in line ? line.device : null, line.ms);
      continue;
    }
    // Last words of a module are read when it has left already.
    const phase = lives
      .get(line.portPath)
      ?.findLast(({ device }) => device !== null && modeByDescriptor(device) === line.mode);
    if (phase === undefined) continue;
    const transfers = phase.transfers.get(line.interface) ?? [];
    phase.transfers.set(line.interface, transfers);
    transfers.push(line);
    if (line.dir === "out") phase.lastOut = line;
  }
  return new Map(
    [...lives].map(([portPath, life]) => [
      portPath,
      life.map((phase, at) => ({ ...phase, untilMs: life[at + 1]?.fromMs ?? null })),
    ]),
  );
}

/** What was said, as questions and their answers. What the module said before any question is nobody's answer. */
export function exchangesOf(transfers: readonly Transfer[]): Exchange[] {
  const found: { readonly out: Transfer; readonly answers: Transfer[] }[] = [];
  for (const transfer of transfers) {
    if (transfer.dir === "out") found.push({ out: transfer, answers: [] });
    else found.at(-1)?.answers.push(transfer);
  }
  return found;
}
