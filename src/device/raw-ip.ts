import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { UsbDevice } from "../core/bus.js";

/**
 * Whether the QMI network interface of a module takes raw IP (`qmi/raw_ip`, domain.md 5.3). Null where it has no such
 * interface or the driver does not say: an old kernel, another network function.
 */
export async function readRawIp(
  { portPath, interfaces }: UsbDevice,
  sysRoot: string,
): Promise<boolean | null> {
  for (const { number } of interfaces) {
    const net = join(sysRoot, "bus/usb/devices", `${portPath}:1.${number}`, "net");
    for (const name of await namesIn(net)) {
      const text = await textOf(join(net, name, "qmi/raw_ip"));
      if (text !== null) return text.trim() === "Y";
    }
  }
  return null;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  return (await absentAsNull(readdir(directory))) ?? [];
}

async function textOf(path: string): Promise<string | null> {
  return absentAsNull(readFile(path, "utf8"));
}

async function absentAsNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ENOTDIR", "EACCES", "ENODEV"].includes(code)) return null;
    throw error;
  }
}
