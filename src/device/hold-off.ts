import { spawn } from "node:child_process";
import type { HoldOff, UsbDevice } from "../core/bus.js";
import { cleanEnvironment, findProgram, killGroup } from "./program.js";
import type { MmcliModems } from "./witnesses/mmcli.js";

/** The inhibition itself is one D-Bus call; ModemManager closes the ports before it answers. */
const INHIBIT_LIMIT_MS = 30_000;
const INHIBITED = "successfully inhibited";

/**
 * Has ModemManager let go of modules, one inhibition a port path, however many ask for it. It lasts while mmcli runs,
 * also over the module's restarts, and ends with this process (domain.md 5.3).
 */
export class ModemManagerHoldOff {
  readonly #modems: MmcliModems;
  readonly #active = new Map<string, { askers: number; readonly end: () => void }>();

  constructor(modems: MmcliModems) {
    this.#modems = modems;
  }

  async of(device: UsbDevice, signal?: AbortSignal): Promise<HoldOff> {
    const { portPath } = device;
    const release = async () => this.#release(portPath);
    const already = this.#active.get(portPath);
    if (already !== undefined) {
      already.askers += 1;
      return { kind: "held-off", who: "ModemManager", release };
    }
    const found = await this.#modems.find(device, signal);
    if (found.kind === "nothing") return found;
    if (found.modem.device === null) return { kind: "nothing", why: "ModemManager names no device" };
    const begun = await inhibit(found.program, found.modem.device);
    if ("why" in begun) return { kind: "nothing", why: begun.why };
    this.#active.set(portPath, { askers: 1, end: begun.end });
    return { kind: "held-off", who: "ModemManager", release };
  }

  #release(portPath: string): void {
    const active = this.#active.get(portPath);
    if (active === undefined) return;
    active.askers -= 1;
    if (active.askers > 0) return;
    this.#active.delete(portPath);
    active.end();
  }
}

/** Starts `mmcli --inhibit-device` and waits until it says that it holds. */
async function inhibit(mmcli: string, uid: string): Promise<{ end: () => void } | { why: string }> {
  const [command, ...args] = [...(await wrappers()), mmcli, `--inhibit-device=${uid}`];
  const child = spawn(command, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: cleanEnvironment(),
  });
  const end = () => killGroup(child.pid);
  let said = "";
  const holds = new Promise<boolean>((resolve) => {
    const hear = (text: string) => {
      said += text;
      if (said.includes(INHIBITED)) resolve(true);
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.on("error", () => resolve(false));
    child.on("close", () => resolve(false));
    setTimeout(() => resolve(false), INHIBIT_LIMIT_MS).unref();
  });
  if (await holds) {
    // It lives as long as it is wanted, and must not keep this process alive.
    child.unref();
    child.stdout.destroy();
    child.stderr.destroy();
    return { end };
  }
  end();
  return { why: said.trim().split("\n").at(-1) || "mmcli --inhibit-device did not begin in time" };
}

/**
 * What stands before mmcli. `setpriv` has the kernel end it with us, however we end; `stdbuf`, since through a pipe its
 * one line would come at its end (packages.md, finding 10). Both exec what follows, so there is one process.
 */
async function wrappers(): Promise<string[]> {
  const setpriv = await findProgram("setpriv");
  const stdbuf = await findProgram("stdbuf");
  return [
    ...(setpriv === null ? [] : [setpriv, "--pdeathsig", "KILL"]),
    ...(stdbuf === null ? [] : [stdbuf, "-oL"]),
  ];
}
