import { EventEmitter } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSerialPort } from "../../src/device/serial-port.js";
import { emptyHost } from "./sysfs-tree.js";

type Load = NonNullable<Parameters<typeof openSerialPort>[1]>;
type Done = (error: Error | null) => void;

/** serialport's stream as far as ecflash uses it, for what a pty cannot show. */
class FakePort extends EventEmitter {
  isOpen = false;
  readonly #openError: string | null;

  constructor(openError: string | null) {
    super();
    this.#openError = openError;
  }

  open(done: Done): void {
    this.isOpen = this.#openError === null;
    done(this.#openError === null ? null : new Error(this.#openError));
  }

  set(_lines: unknown, done: Done): void {
    done(new Error("Error: Inappropriate ioctl for device, cannot set"));
  }

  write(_bytes: Uint8Array, done: Done): void {
    done(new Error("Error: Input/output error"));
  }

  close(done: Done): void {
    this.isOpen = false;
    done(null);
  }
}

function library(port: FakePort): Load {
  const SerialPort = function () {
    return port;
  };
  return async () => ({ SerialPort }) as unknown as Awaited<ReturnType<Load>>;
}

describe("openSerialPort", () => {
  it.each([
    "Error Resource temporarily unavailable Cannot lock port",
    "Error: Device or resource busy, cannot open /dev/ttyUSB2",
  ])("says port-held: %s", async (text) => {
    await expect(openSerialPort("/dev/ttyUSB2", library(new FakePort(text)))).rejects.toMatchObject({
      code: "port-held",
      facts: { path: "/dev/ttyUSB2", holders: [] },
    });
  });

  it.each([
    ["Error: Permission denied, cannot open /dev/ttyUSB2", "permission denied for this user"],
    ["Error: Inappropriate ioctl for device", "Error: Inappropriate ioctl for device"],
  ])("says port-unavailable and why: %s", async (text, reason) => {
    await expect(openSerialPort("/dev/ttyUSB2", library(new FakePort(text)))).rejects.toMatchObject({
      code: "port-unavailable",
      facts: { path: "/dev/ttyUSB2", reason },
    });
  });

  it.each([
    "Error: No such device, cannot open /dev/ttyUSB2",
    "Error: No such device or address, cannot open /dev/ttyUSB2",
    "Error: Input/output error, cannot open /dev/ttyUSB2",
  ])("says module-gone when the device left: %s", async (text) => {
    await expect(openSerialPort("/dev/ttyUSB2", library(new FakePort(text)))).rejects.toMatchObject({
      code: "module-gone",
      facts: { what: "the opening of /dev/ttyUSB2" },
    });
  });

  it("says which library is missing", async () => {
    const load = () => Promise.reject(Object.assign(new Error("bad image"), { code: "ERR_DLOPEN_FAILED" }));
    await expect(openSerialPort("/dev/ttyUSB2", load)).rejects.toMatchObject({
      code: "native-missing",
      facts: { library: "serialport", reason: "bad image" },
    });
  });
});

describe("an open port", () => {
  async function open() {
    const path = join(await emptyHost(), "ttyUSB2");
    await writeFile(path, "");
    const fake = new FakePort(null);
    return { path, fake, port: await openSerialPort(path, library(fake)) };
  }

  it("notices by its device node that the module left, when the library says nothing", async () => {
    const { path, fake, port } = await open();
    const reading = expect(port.read(60_000)).rejects.toMatchObject({ code: "module-gone" });
    await rm(path);
    await reading;
    expect(fake.isOpen).toBe(false);
  });

  it("gives what arrived before the end, then the end", async () => {
    const { fake, port } = await open();
    fake.emit("data", Buffer.from("last "));
    fake.emit("data", Buffer.from("words"));
    fake.emit("close", new Error("disconnected"));
    expect(await port.read(0)).toEqual(new TextEncoder().encode("last words"));
    await expect(port.read(0)).rejects.toMatchObject({ code: "module-gone" });
  });

  it("says module-gone when a write fails, and stays so", async () => {
    const { port } = await open();
    const gone = { code: "module-gone" };
    await expect(port.write(Uint8Array.of(1))).rejects.toMatchObject(gone);
    await expect(port.read(60_000)).rejects.toMatchObject(gone);
    await port.close();
  });

  it("wakes a read that waits when bytes come, and leaves the bytes alone afterwards", async () => {
    const { fake, port } = await open();
    const reading = port.read(60_000);
    const pool = Buffer.from("OK");
    fake.emit("data", pool);
    pool.fill(0);
    expect(await reading).toEqual(new TextEncoder().encode("OK"));
    await port.close();
    expect(fake.isOpen).toBe(false);
  });
});
