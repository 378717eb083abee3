import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { SerialPort } from "serialport";
import { describe, expect, it, onTestFinished } from "vitest";
import { diagFrame } from "../../src/protocol/diag.js";
import { encodeFrame } from "../../src/protocol/hdlc.js";
import { decodeSahara, encodeSahara } from "../../src/protocol/sahara.js";
import { PATIENT_MS, type Running, TestHost } from "../cli/binary.js";
import { haveTool } from "./tools.js";

const host = new TestHost();
const ATI = "ATI\r\r\nQuectel\r\nEC25\r\nRevision: EC25AFAR05A07M4G\r\n\r\nOK\r\n";

/** The real binary with its modules on pseudo-terminals. */
async function bench(
  scenario: string,
  more: readonly string[] = [],
): Promise<{ running: Running; port: (number: number) => string }> {
  const directory = join(host.directory, scenario.replace(":", "+"));
  const running = host.start(["sim", scenario, "--pty", directory, "--time-scale", "0.05", ...more]);
  onTestFinished(() => void running.child.kill("SIGKILL"));
  let said = "";
  running.child.stdout?.on("data", (text: string) => {
    said += text;
  });
  await until("the bench opens", () => said.includes("--key "));
  const port = (number: number) => join(directory, `1-1.2-ttyUSB${number}`);
  for (const [number, role] of ["DM", "NMEA", "AT", "modem"].entries())
    expect(said.split("\n")).toContain(`  ${role.padEnd(5)}  ${port(number)}`);
  return { running, port };
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    await wait(20);
    if (performance.now() > end) throw new Error(`never: ${what}`);
  }
}

/** Says `input` on a port with socat and gives what comes back until it is quiet. */
async function socat(port: string, input: string | Uint8Array): Promise<Buffer> {
  const child = spawn("socat", ["-t", "1", "STDIO", `FILE:${port}`]);
  const heard: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => heard.push(bytes));
  child.stdin.end(input);
  await once(child, "close");
  return Buffer.concat(heard);
}

/** The port through the library that many provisioning programs use, and everything it says. */
async function opened(path: string): Promise<{ port: SerialPort; heard: () => Buffer }> {
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  await new Promise<void>((resolve, reject) =>
    port.open((error) => (error === null ? resolve() : reject(error))),
  );
  onTestFinished(() => {
    if (port.isOpen) port.close();
  });
  const chunks: Buffer[] = [];
  port.on("data", (bytes: Buffer) => chunks.push(bytes));
  // The other side hangs up when the module leaves.
  port.on("error", () => undefined);
  return { port, heard: () => Buffer.concat(chunks) };
}

const here = haveTool("socat", "socat") && haveTool("stty", "coreutils");

describe.skipIf(!here)(
  "programs we did not write on the ports of `sim --pty`",
  { timeout: PATIENT_MS },
  () => {
    it("socat asks ATI again and again: one echo, the answer, no hang-up between two programs", async () => {
      const { port } = await bench("healthy:socat");
      for (let program = 0; program < 3; program += 1)
        expect((await socat(port(2), "ATI\r")).toString("latin1")).toBe(ATI);
      expect((await socat(port(3), "ATI\r")).toString("latin1")).toBe(ATI);
    });

    it("a shell with stty, cat and printf gets the same", async () => {
      const { port } = await bench("healthy:shell");
      const settings = execFileSync("stty", ["-F", port(2), "-a"]).toString();
      for (const off of ["-echo", "-icanon", "-isig", "-opost", "-onlcr", "-icrnl", "-ixon", "-istrip"])
        expect(settings).toMatch(new RegExp(`(^|\\s)${off}(\\s|;|$)`, "m"));
      const script = `exec 3<>"$1"; printf 'ATI\\r' >&3; timeout 2 cat <&3 || true`;
      expect(execFileSync("bash", ["-c", script, "bash", port(2)]).toString("latin1")).toBe(ATI);
    });

    it("every byte passes the DM port unchanged, both ways", async () => {
      const { port } = await bench("healthy:bytes");
      const payload = Uint8Array.from({ length: 256 }, (_, byte) => (byte + 0x80) % 256);
      // To a command nobody knows the module answers 0x13 and the command, so each byte goes there and back.
      const answer = await socat(port(0), encodeFrame(payload));
      expect(answer).toEqual(Buffer.from(encodeFrame(Uint8Array.from([0x13, ...payload]))));
    });

    it("serialport sees the module leave, come back in EDL, say HELLO and answer Sahara", async () => {
      const { port } = await bench("wrong-variant:edl");
      const dm = await opened(port(0));
      const closed = once(dm.port, "close");
      const before = readlinkSync(port(0));
      dm.port.write(diagFrame("enterEdl"));
      await until("the ports are gone", () => !existsSync(port(2)));
      await until("EDL", () => existsSync(port(0)) && readlinkSync(port(0)) !== "");
      expect(dm.heard()).toEqual(Buffer.from(diagFrame("enterEdl")));
      expect(existsSync(port(1))).toBe(false);
      expect(before).toMatch(/^\/dev\/pts\/\d+$/);
      await Promise.race([closed, wait(2_000)]);
      const edl = await opened(port(0));
      await until("HELLO", () => edl.heard().length >= 48);
      expect(decodeSahara(edl.heard())).toMatchObject({ kind: "hello", mode: 0 });
      const command = { kind: "hello-response", version: 2, compatible: 1, status: 0, mode: 3 } as const;
      edl.port.write(encodeSahara(command));
      await until("the answer", () => edl.heard().length >= 56);
      expect(decodeSahara(edl.heard().subarray(48))).toEqual({ kind: "command-ready" });
    });

    it("a commanded restart: the names vanish and return, and the module answers again", async () => {
      const { port } = await bench("healthy:restart");
      await socat(port(2), "AT+CFUN=1,1\r");
      await until("the ports are gone", () => !existsSync(port(2)));
      await until("the ports are back", () => existsSync(port(2)));
      // The module boots: what it says unasked comes first.
      await until("an answer", async () => (await socat(port(2), "ATI\r")).toString("latin1").endsWith(ATI));
    });

    it("what socat says is taken down, and a module made of the recording says it to socat again", async () => {
      const file = join(host.directory, "socat.ndjson");
      const recorded = await bench("healthy:recorded", ["--record", file]);
      expect((await socat(recorded.port(2), "ATI\r")).toString("latin1")).toBe(ATI);
      recorded.running.signal("SIGINT");
      expect((await recorded.running.ended).exit).toBe(0);
      const directory = join(host.directory, "replayed");
      const replayed = host.start(["sim", "--replay", file, "--pty", directory]);
      onTestFinished(() => void replayed.child.kill("SIGKILL"));
      const port = join(directory, "1-1.2-ttyUSB2");
      await until("the port", () => existsSync(port));
      expect((await socat(port, "ATI\r")).toString("latin1")).toBe(ATI);
      expect((await socat(port, "AT+NEVER\r")).toString("latin1")).toBe("");
      replayed.signal("SIGINT");
      const { exit, stderr } = await replayed.ended;
      expect(exit).toBe(0);
      expect(stderr).toBe("Not in the recording, so it got silence:\n  1-1.2:2  AT+NEVER\n");
    });

    it("Ctrl-C ends it, takes the names away and keeps the world", async () => {
      const { running, port } = await bench("healthy:end");
      running.signal("SIGINT");
      const { exit, stdout, stderr } = await running.ended;
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
      expect(stdout).toMatch(/\nKept healthy:end as it is\.\n$/);
      for (const number of [0, 1, 2, 3]) expect(existsSync(port(number))).toBe(false);
      expect((await host.run(["list", "--sim", "healthy:end"])).stdout).toContain("normal");
    });
  },
);
