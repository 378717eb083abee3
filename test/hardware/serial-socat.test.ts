import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Port } from "../../src/core/bus.js";
import { openSerialPort } from "../../src/device/serial-port.js";
import { haveTool } from "./tools.js";

const bytesOf = (line: string) => new TextEncoder().encode(line);

const SOCAT = "socat";

/** A pseudo-terminal whose other end is this test: what the port writes comes out of `modem.stdout`. */
describe.skipIf(!haveTool(SOCAT, "socat"))("serial port on a pty made by socat", () => {
  let directory: string;
  let path: string;
  let modem: ChildProcessWithoutNullStreams;
  let port: Port | null;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "ecflash-pty-"));
    path = join(directory, "ttyUSB2");
    modem = spawn(SOCAT, [`PTY,link=${path},raw,echo=0,wait-slave`, "STDIO"]);
    await present(path);
    port = null;
  });

  afterEach(async () => {
    await port?.close();
    await die(modem);
    await rm(directory, { recursive: true, force: true });
  });

  it("talks to the responder, though a pty has no DTR and RTS", async () => {
    modem.stdout.on("data", (heard: Buffer) => {
      if (heard.toString("latin1") === "AT\r") modem.stdin.write("AT\r\r\nOK\r\n");
    });
    port = await openSerialPort(path);
    await port.write(bytesOf("AT\r"));
    expect(await readUntil(port, "OK\r\n")).toBe("AT\r\r\nOK\r\n");
  });

  it("keeps what arrives between two reads, and gives null when nothing came", async () => {
    port = await openSerialPort(path);
    expect(await port.read(0)).toBeNull();
    modem.stdin.write("one ");
    modem.stdin.write("two.");
    expect(await readUntil(port, "two.")).toBe("one two.");
    expect(await port.read(1)).toBeNull();
  });

  it("is exclusive: a second opening is refused in words", async () => {
    port = await openSerialPort(path);
    await expect(openSerialPort(path)).rejects.toMatchObject({
      code: "port-held",
      facts: { path },
    });
  });

  it("survives the other end dying: the read that waits and every later act say module-gone", async () => {
    port = await openSerialPort(path);
    modem.stdin.write("last words");
    expect(await readUntil(port, "last words")).toBe("last words");
    const reading = expect(port.read(10_000)).rejects.toMatchObject({
      code: "module-gone",
      facts: { what: `a read of ${path}` },
    });
    await die(modem);
    await reading;
    await expect(port.read(0)).rejects.toMatchObject({ code: "module-gone" });
    await expect(port.write(bytesOf("AT\r"))).rejects.toMatchObject({ code: "module-gone" });
    await port.close();
  });

  it("says which port is not there", async () => {
    const missing = join(directory, "ttyUSB9");
    await expect(openSerialPort(missing)).rejects.toMatchObject({
      code: "port-unavailable",
      facts: { path: missing, reason: expect.stringContaining("no such device node") as string },
    });
  });
});

async function present(path: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      await readlink(path);
      return;
    } catch {
      await wait(25);
    }
  }
  throw new Error(`socat did not make ${path}`);
}

async function readUntil(port: Port, end: string): Promise<string> {
  let heard = "";
  while (!heard.endsWith(end)) {
    const bytes = await port.read(5_000);
    if (bytes === null) throw new Error(`silent after ${JSON.stringify(heard)}`);
    heard += Buffer.from(bytes).toString("latin1");
  }
  return heard;
}

async function die(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
