/**
 * A stock Debian kernel for the guest: fetched as a package, unpacked into the cache, never installed; its ELF, since an
 * ELF starts three times faster than a bzImage under emulation; an initramfs that mounts the host's / read-only.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { pathOf } from "./tools.js";

const HERE = new URL(".", import.meta.url).pathname;
const CACHE = new URL("../../.cache/guest/", import.meta.url).pathname;
const BIG = 512 * 1024 * 1024;

/** What brings up the host's / over 9p and a network, with what it depends on. */
const MODULES = ["virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_net"];

/** @returns the paths QEMU and the guest need */
export function prepareKernel(say) {
  mkdirSync(CACHE, { recursive: true });
  const kernel = newestIn(CACHE) ?? fetchKernel(say);
  const init = join(HERE, "initramfs-init.sh");
  // What goes into the initramfs is part of its name, so a changed one is never mistaken for the old.
  const hash = createHash("sha256").update(readFileSync(init)).update(MODULES.join()).digest("hex");
  const initramfs = join(kernel, `initramfs-${hash.slice(0, 12)}.gz`);
  if (!existsSync(initramfs)) makeInitramfs(kernel, init, initramfs);
  return { root: kernel, vmlinux: join(kernel, "vmlinux"), initramfs, version: versionOf(kernel) };
}

function newestIn(directory) {
  const whole = readdirSync(directory).filter((name) => existsSync(join(directory, name, "vmlinux")));
  const newest = whole.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  return newest === undefined ? null : join(directory, newest);
}

/** The package the metapackage of this release names; apt verifies its signature. */
function fetchKernel(say) {
  const depends = run("apt-cache", ["depends", "linux-image-amd64"]).toString();
  const name = /Depends: (linux-image-\d[^\s]*)/.exec(depends)?.[1];
  if (name === undefined) throw new Error("apt knows no linux-image-amd64 (apt-get update)");
  say(`fetching ${name} into .cache/guest`);
  const work = mkdtempSync(join(CACHE, "new-"));
  try {
    run("apt-get", ["download", "-q", name], { cwd: work });
    const file = readdirSync(work).find((entry) => entry.endsWith(".deb"));
    run("dpkg-deb", ["-x", file, work], { cwd: work });
    rmSync(join(work, file));
    run(pathOf("depmod"), ["-b", work, versionOf(work)]);
    const image = readdirSync(join(work, "boot")).find((entry) => entry.startsWith("vmlinuz-"));
    writeFileSync(join(work, "vmlinux"), elfOf(readFileSync(join(work, "boot", image))));
    const place = join(CACHE, name);
    renameSync(work, place);
    return place;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function versionOf(kernel) {
  return readdirSync(join(kernel, "lib/modules"))[0];
}

/** The ELF inside a bzImage: its header says where the payload lies (Documentation/arch/x86/boot.rst). */
function elfOf(image) {
  const setupSectors = image[0x1f1] || 4;
  const start = (setupSectors + 1) * 512 + image.readUInt32LE(0x248);
  const payload = image.subarray(start, start + image.readUInt32LE(0x24c));
  const elf = decompress(payload);
  if (elf.readUInt32BE(0) !== 0x7f454c46) throw new Error("the kernel's payload is no ELF");
  return elf;
}

function decompress(payload) {
  const magic = payload.readUInt32BE(0);
  if (magic >>> 16 === 0x1f8b) return gunzipSync(payload, { finishFlush: 2 });
  // The four bytes behind the stream are its unpacked size, no part of it.
  const input = payload.subarray(0, -4);
  if (magic === 0xfd377a58) return run("xz", ["-dc"], { input });
  if (magic === 0x28b52ffd) return run("zstd", ["-dc"], { input });
  throw new Error(`the kernel is packed in an unknown way (0x${magic.toString(16)})`);
}

function makeInitramfs(kernel, init, target) {
  const work = mkdtempSync(join(CACHE, "initramfs-"));
  try {
    for (const directory of ["bin", "mod", "proc", "sys", "dev", "lower", "upper", "root"])
      mkdirSync(join(work, directory));
    copyFileSync(pathOf("busybox"), join(work, "bin/busybox"));
    copyFileSync(init, join(work, "init"));
    loadOrder(kernel).forEach((path, index) => {
      const name = `${String(index).padStart(2, "0")}-${basename(path).replace(/\.(xz|zst)$/, "")}`;
      writeFileSync(join(work, "mod", name), moduleBytes(path));
    });
    run("chmod", ["755", join(work, "init"), join(work, "bin/busybox")]);
    const script = "find . | cpio -o -H newc --quiet | gzip -1";
    writeFileSync(`${target}.new`, run("sh", ["-c", script], { cwd: work }));
    renameSync(`${target}.new`, target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Modules in an order in which each finds what it needs; what is built in is left out. */
function loadOrder(kernel) {
  const base = join(kernel, "lib/modules", versionOf(kernel));
  const lines = readFileSync(join(base, "modules.dep"), "utf8").split("\n");
  const order = MODULES.flatMap((name) => {
    const line = lines.find((one) => new RegExp(`/${name}\\.ko(\\.\\w+)?:`).test(one));
    if (line === undefined) return [];
    const [self, needs] = line.split(":");
    // modules.dep names what is needed last first.
    return [...needs.trim().split(/\s+/).filter(Boolean).reverse(), self];
  });
  return [...new Set(order)].map((path) => join(base, path));
}

function moduleBytes(path) {
  const bytes = readFileSync(path);
  if (path.endsWith(".xz")) return run("xz", ["-dc"], { input: bytes });
  return path.endsWith(".zst") ? run("zstd", ["-dc"], { input: bytes }) : bytes;
}

function run(program, args, options = {}) {
  return execFileSync(program, args, { maxBuffer: BIG, stdio: ["pipe", "pipe", "pipe"], ...options });
}
