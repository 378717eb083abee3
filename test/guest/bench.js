/** The host's side of a scenario: `ecflash sim --usbip`, the product's own command, with a world that ends with the scenario. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ECFLASH = new URL("../../bin/ecflash.js", import.meta.url).pathname;
const READY_LIMIT_MS = 60_000;

/** @returns where the modules are exported, their firmware's index, and `stop`, after which the world can be opened */
export async function openBench({ scenario, timeScale }) {
  const home = mkdtempSync(join(tmpdir(), "ecflash-guest-"));
  const args = ["sim", scenario, "--usbip", "127.0.0.1:0", "--time-scale", String(timeScale)];
  const child = spawn(process.execPath, [ECFLASH, ...args], {
    env: { ...process.env, ECFLASH_STATE_DIR: home, ECFLASH_CACHE_DIR: join(home, "cache") },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (said += text));
  const ended = once(child, "exit");
  const end = performance.now() + READY_LIMIT_MS;
  while (!said.includes("--key ")) {
    if (child.exitCode !== null || performance.now() > end)
      throw new Error(`the bench did not open: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const found = (pattern) => pattern.exec(said)?.[1] ?? fail(`no ${pattern} in: ${said}`);
  let running = true;
  return {
    scenario,
    home,
    port: Number(found(/clients at 127\.0\.0\.1:(\d+)/)),
    busids: [...said.matchAll(/^ {2}(\d+-\S+) /gm)].map(([, busid]) => busid),
    label: found(/--label (\S+)/),
    index: found(/--index (\S+)/),
    key: found(/--key (\S+)/),
    worldDirectory: join(home, "virtual", scenario, "world"),
    said: () => said,
    async stop() {
      if (!running) return;
      running = false;
      child.kill("SIGTERM");
      const [code] = await ended;
      if (code !== 0) throw new Error(`ecflash sim ended with ${code}: ${said}`);
    },
    async close() {
      try {
        await this.stop();
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
  };
}

function fail(text) {
  throw new Error(text);
}
