import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdersOf, holderText } from "../../src/device/holders.js";

/** A device that hardly anyone has open, in place of a serial port. */
const DEVICE = "/dev/full";

describe("holdersOf", () => {
  let locks: string;
  let child: ChildProcess | null = null;

  beforeEach(() => {
    locks = mkdtempSync(join(tmpdir(), "ecflash-locks-"));
  });

  afterEach(async () => {
    rmSync(locks, { recursive: true });
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    child = null;
  });

  async function holding(script: string): Promise<number> {
    child = spawn("bash", ["-c", `${script}; echo; exec sleep 60`], { stdio: ["ignore", "pipe", "ignore"] });
    if (child.stdout === null || child.pid === undefined) throw new Error("bash did not start");
    await once(child.stdout, "data");
    return child.pid;
  }

  it("names the process that has it open", async () => {
    const pid = await holding(`exec 9<${DEVICE}`);
    const { list } = await holdersOf(DEVICE, { locks });
    expect(list.map((holder) => holder.pid)).toContain(pid);
    expect(list.map(holderText)).toContainEqual(expect.stringMatching(new RegExp(`^\\w+ \\(pid ${pid}\\)$`)));
  });

  it("finds it under another name of the same node", async () => {
    const pid = await holding(`exec 9<${DEVICE}`);
    const { list } = await holdersOf("/proc/self/root/dev/full", { locks });
    expect(list.map((holder) => holder.pid)).toContain(pid);
  });

  it("leaves this process out, and who has another device", async () => {
    const pid = await holding("exec 9</dev/zero");
    const mine = openSync(DEVICE, "r");
    try {
      const pids = (await holdersOf(DEVICE, { locks })).list.map((holder) => holder.pid);
      expect(pids).not.toContain(pid);
      expect(pids).not.toContain(process.pid);
    } finally {
      closeSync(mine);
    }
  });

  it("believes a lock file whose owner lives, and no other", async () => {
    const pid = await holding(":");
    const lock = join(locks, "LCK..full");
    writeFileSync(lock, `${String(pid).padStart(10)}\n`);
    expect((await holdersOf(DEVICE, { locks })).list.map((holder) => holder.pid)).toContain(pid);
    child?.kill("SIGKILL");
    if (child !== null) await once(child, "exit");
    expect((await holdersOf(DEVICE, { locks })).list.map((holder) => holder.pid)).not.toContain(pid);
  });
});
