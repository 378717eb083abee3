/** What the guest needs of its host, and what to say where something is missing. */
import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Program, and the Debian package it is in. Those of the guest are found through the host's own file system. */
const TOOLS = {
  "qemu-system-x86_64": "qemu-system-x86",
  busybox: "busybox-static",
  cpio: "cpio",
  depmod: "kmod",
  xz: "xz-utils",
  zstd: "zstd",
  "apt-get": "apt",
  "dpkg-deb": "dpkg",
  usbip: "usbip",
  lsusb: "usbutils",
  udevadm: "udev",
  qdl: "qdl",
  qmicli: "libqmi-utils",
  strace: "strace",
  mmcli: "modemmanager",
  "dbus-daemon": "dbus",
};

/** The system's own directories are searched even when a user's PATH leaves them out. */
const DIRECTORIES = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];

export function pathOf(program) {
  return DIRECTORIES.map((directory) => join(directory, program)).find(isExecutable) ?? null;
}

/** One sentence for everything that is missing, or null. */
export function missingTools() {
  const missing = Object.keys(TOOLS).filter((program) => pathOf(program) === null);
  if (missing.length > 0) {
    const packages = missing.map((program) => TOOLS[program]).join(" ");
    return `${missing.join(", ")} not installed (apt-get install ${packages})`;
  }
  // The dynamic one of the package `busybox` finds no libraries in an initramfs.
  return isStatic(pathOf("busybox")) ? null : "busybox is not static (apt-get install busybox-static)";
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isStatic(path) {
  try {
    execFileSync("ldd", [path], { stdio: "pipe" });
    return false;
  } catch {
    return true;
  }
}
