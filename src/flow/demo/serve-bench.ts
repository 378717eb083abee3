import { join } from "node:path";
import type { Clock } from "../../core/bus.js";
import type { Unanswered } from "../../sim/replay/unanswered.js";
import { attach, type Attached, type Attachments } from "./attach.js";
import { replayFile } from "./replay-file.js";
import { type BenchOptions, openVirtual } from "./virtual-bench.js";

/** What a person needs who wants to reach the modules. */
export interface ServedBench extends Attached {
  /** What the shields say, in the order of the modules; empty where nobody knows. */
  readonly labels: readonly string[];
  /** The signed index of the scenario's release, as a file of this machine, and the key that signs it. */
  readonly index: { readonly path: string; readonly publicKey: string } | null;
}

export interface ServeOptions extends BenchOptions, Attachments {
  /** Called once programs and clients can connect. */
  readonly ready: (bench: ServedBench) => void;
}

/**
 * Opens the bench `SCENARIO[:NAME]`, makes it when it is not there yet, and attaches its modules to the outside until a
 * stop is asked for. The world is kept, as between commands with `--sim`.
 *
 * Throws `scenario-unknown`, and what `attach` throws.
 */
export async function serveBench(spec: string, { ready, ...options }: ServeOptions): Promise<void> {
  const bench = await openVirtual(spec, options);
  const { world, index, clock, directory } = bench;
  const { modules, scheduler, scenario } = world;
  const ptyDirectory = join(directory, "pty");
  try {
    await attach(
      { modules, scheduler, clock, name: `the virtual bench ${spec}`, ptyDirectory },
      options,
      (open) => {
        ready({
          ...open,
          labels: scenario.modules.map(({ hardware }) => hardware.label),
          index: { path: index.url, publicKey: index.publicKeys[0] ?? "" },
        });
      },
    );
  } finally {
    await bench.close();
  }
}

export interface ReplayOptions extends Attachments {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly timeScale: number;
  readonly ready: (bench: ServedBench) => void;
}

/**
 * Attaches the modules of a recording in the same way. Gives what was asked and is not in it.
 *
 * Throws `input-unreadable`, and what `attach` throws.
 */
export async function serveRecording(
  path: string,
  { ready, stateDir, clock: hostClock, timeScale, ...attachments }: ReplayOptions,
): Promise<readonly Unanswered[]> {
  const { world, clock, recorded } = replayFile(path, hostClock, timeScale);
  const { modules, scheduler } = world;
  const ptyDirectory = join(stateDir, "virtual", "replay", "pty");
  await attach(
    { modules, scheduler, clock, name: `a replay of ${recorded}`, ptyDirectory },
    attachments,
    (open) => ready({ ...open, labels: [], index: null }),
  );
  return world.unanswered;
}
