/** One run of a program, measured from outside: wall time, its peak memory, and memory on the way (Linux). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

const LOOK_MS = 10;

/**
 * Runs `command` with its output counted and thrown away. Throws when it ends otherwise than with one of `exits`.
 * @returns {Promise<{ ms: number, cpuMs: number, peakMb: number, lines: number, last: string }>}
 */
export async function measure([command, ...args], exits = [0]) {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let lines = 0;
  let last = "";
  let peakMb = 0;
  let cpuMs = 0;
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines += parts.length;
    last = parts.at(-1) ?? last;
  });
  const look = setInterval(() => {
    const seen = statusOf(child.pid);
    if (seen === null) return;
    peakMb = Math.max(peakMb, seen.peakMb);
    cpuMs = seen.cpuMs;
  }, LOOK_MS);
  const [exit, signal] = await once(child, "close");
  clearInterval(look);
  if (!exits.includes(exit)) throw new Error(`${command} ended with ${exit ?? signal}`);
  return { ms: performance.now() - start, cpuMs, peakMb, lines, last };
}

/** From /proc; null once the process is gone. Clock ticks are hundredths of a second. */
function statusOf(pid) {
  try {
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return { peakMb: Number(peak ?? 0) / 1024, cpuMs: 10 * (Number(fields[11]) + Number(fields[12])) };
  } catch {
    return null;
  }
}
