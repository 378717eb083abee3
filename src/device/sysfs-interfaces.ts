import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { UsbEndpoint, UsbInterface } from "../core/bus.js";
import { endpointKind, parseDescriptors } from "./descriptors.js";
import { entries, readHex, readText, vanished } from "./sysfs-read.js";

type Described = Omit<UsbInterface, "tty">;

/** A serial port's name: usb-serial puts it in the interface's directory, cdc-acm in `tty/` below it. */
const TTY = /^tty(USB|ACM)\d+$/;

/**
 * The interfaces of the device at `directory` in ascending order, alternate setting 0 of its active configuration.
 * They come from the binary descriptors; where those are absent or not whole, from what the kernel itself parsed into
 * the interface directories. Throws the file system's error when the device is gone.
 */
export async function readInterfaces(directory: string): Promise<UsbInterface[]> {
  const configuration = await activeConfiguration(directory);
  const described =
    (await fromDescriptors(directory, configuration)) ?? (await fromDirectories(directory, configuration));
  const interfaces = described.map(async (one) => ({
    ...one,
    tty: await ttyOf(interfaceDirectory(directory, configuration, one.number)),
  }));
  return (await Promise.all(interfaces)).sort((a, b) => a.number - b.number);
}

/** Interface directories lie beside the device in `/sys/bus/usb/devices`. */
function interfaceDirectory(directory: string, configuration: number, number: number): string {
  return join(dirname(directory), `${basename(directory)}:${configuration}.${number}`);
}

/** The active configuration's value; an unconfigured device has an empty file and no interfaces. */
async function activeConfiguration(directory: string): Promise<number> {
  return Number(await readText(join(directory, "bConfigurationValue")));
}

async function fromDescriptors(directory: string, configuration: number): Promise<Described[] | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(directory, "descriptors"));
  } catch (error) {
    if (vanished(error)) return null;
    throw error;
  }
  const active = parseDescriptors(bytes)?.configurations.find(({ value }) => value === configuration);
  if (active === undefined) return null;
  return active.interfaces
    .filter(({ alternate }) => alternate === 0)
    .map(({ number, classCode, subclass, protocol, endpoints }) => ({
      number,
      classCode,
      subclass,
      protocol,
      endpoints,
    }));
}

async function fromDirectories(directory: string, configuration: number): Promise<Described[]> {
  const prefix = `${basename(directory)}:${configuration}.`;
  const names = (await entries(dirname(directory))).filter((name) => name.startsWith(prefix));
  return Promise.all(names.map((name) => fromDirectory(join(dirname(directory), name))));
}

async function fromDirectory(path: string): Promise<Described> {
  return {
    number: await readHex(join(path, "bInterfaceNumber")),
    classCode: await readHex(join(path, "bInterfaceClass")),
    subclass: await readHex(join(path, "bInterfaceSubClass")),
    protocol: await readHex(join(path, "bInterfaceProtocol")),
    endpoints: await endpointsIn(path),
  };
}

async function endpointsIn(path: string): Promise<UsbEndpoint[]> {
  const names = (await entries(path)).filter((name) => name.startsWith("ep_")).sort();
  return Promise.all(
    names.map(async (name) => ({
      address: await readHex(join(path, name, "bEndpointAddress")),
      kind: endpointKind(await readHex(join(path, name, "bmAttributes"))),
    })),
  );
}

async function ttyOf(path: string): Promise<string | null> {
  const names = [...(await entries(path)), ...(await entries(join(path, "tty")))];
  const name = names.find((entry) => TTY.test(entry));
  return name === undefined ? null : `/dev/${name}`;
}
