import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A host's USB devices as `fixtures/sysfs/*.json` holds them. */
export interface HostFixture {
  readonly source: string;
  readonly devices: Readonly<Record<string, DeviceFixture>>;
}

export interface DeviceFixture {
  /** Attribute files by name. */
  readonly files: Readonly<Record<string, string>>;
  /** The `descriptors` file in hex: device, configuration, then one line an interface. */
  readonly descriptors: readonly string[];
  /** Serial port by interface number. */
  readonly ttys: Readonly<Record<string, string>>;
}

export type HostName = "default-qmi" | "rndis" | "adb-first" | "edl" | "dump" | "two-behind-hub";

export async function hostFixture(name: HostName): Promise<HostFixture> {
  const url = new URL(`../../fixtures/sysfs/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(url, "utf8")) as HostFixture;
}

export function descriptorBytes({ descriptors }: DeviceFixture): Uint8Array {
  return Uint8Array.from(Buffer.from(descriptors.join(""), "hex"));
}

/** An empty directory that takes the place of `/sys`, gone when the test ends. */
export async function emptyHost(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "ecflash-sys-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return root;
}

/** A fixture laid out as the kernel does: real directories below `devices/`, links to them in `bus/usb/devices/`. */
export async function expandHost(fixture: HostFixture): Promise<string> {
  const root = await emptyHost();
  await mkdir(join(root, "bus/usb/devices"), { recursive: true });
  await mkdir(join(root, "devices/mock/usb1"), { recursive: true });
  await link(root, "usb1", "mock/usb1");
  for (const [portPath, device] of Object.entries(fixture.devices))
    await expandDevice(root, portPath, device);
  return root;
}

async function expandDevice(root: string, portPath: string, device: DeviceFixture): Promise<void> {
  const place = `mock/usb1/${portPath}`;
  const directory = join(root, "devices", place);
  await writeAll(directory, device.files);
  await writeFile(join(directory, "descriptors"), descriptorBytes(device));
  await link(root, portPath, place);
  for (const hex of device.descriptors.slice(2)) await expandInterface(root, portPath, hex, device);
}

/** What the kernel writes for an interface; read when the binary descriptors are not there. */
async function expandInterface(
  root: string,
  portPath: string,
  hex: string,
  device: DeviceFixture,
): Promise<void> {
  const pairs = hex.match(/../g) ?? [];
  const [, , number = "", alternate = "", endpoints = "", classCode = "", subclass = "", protocol = ""] =
    pairs;
  const name = `${portPath}:1.${Number.parseInt(number, 16)}`;
  const place = `mock/usb1/${portPath}/${name}`;
  const directory = join(root, "devices", place);
  await writeAll(directory, {
    bInterfaceNumber: number,
    bAlternateSetting: ` ${alternate}`,
    bNumEndpoints: endpoints,
    bInterfaceClass: classCode,
    bInterfaceSubClass: subclass,
    bInterfaceProtocol: protocol,
  });
  for (const [, address = "", attributes = ""] of hex.matchAll(/0705(..)(..)....../g)) {
    const files = { bEndpointAddress: address, bmAttributes: attributes };
    await writeAll(join(directory, `ep_${address}`), files);
  }
  const tty = device.ttys[Number.parseInt(number, 16)];
  if (tty !== undefined)
    await mkdir(join(directory, tty.startsWith("ttyACM") ? `tty/${tty}` : tty), { recursive: true });
  await link(root, name, place);
}

async function writeAll(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), `${text}\n`);
}

async function link(root: string, name: string, place: string): Promise<void> {
  await symlink(`../../../devices/${place}`, join(root, "bus/usb/devices", name));
}
