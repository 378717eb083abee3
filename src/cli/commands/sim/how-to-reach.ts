import { usbIdsText } from "../../../core/usb-mode.js";
import type { ServedBench } from "../../../flow/demo/serve-bench.js";
import { shown } from "../../../ui/escape.js";
import { DEFAULT_ADDRESS } from "./address.js";

/** What a person needs who wants the modules: their ports by name, the commands that attach them, their firmware. */
export function howToReach(spec: string, bench: ServedBench): string {
  const rows = bench.modules.map(({ portPath, device }, at) => {
    const ids = device === null ? "off the bus" : usbIdsText(device);
    return `  ${portPath}  ${ids}  ${bench.labels[at] ?? ""}`.trimEnd();
  });
  const lines = [
    `Virtual modules of ${spec}; Ctrl-C ends.`,
    ...rows,
    ...overPty(bench),
    ...overUsbip(bench),
    ...theirFirmware(bench),
  ];
  return `${lines.map(shown).join("\n")}\n`;
}

function theirFirmware({ index, labels: [label = ""] }: ServedBench): string[] {
  if (index === null) return [];
  const { path, publicKey } = index;
  return ["Its firmware:", `  ecflash flash --label ${label} --index ${path} --key ${publicKey.trim()}`];
}

/** The names stay; the terminals behind them go and come with the module. */
function overPty({ ptyDirectory, modules }: ServedBench): string[] {
  if (ptyDirectory === null) return [];
  const ports = modules.flatMap((module) => module.ports);
  const widest = Math.max(0, ...ports.map(({ role }) => role.length));
  return [
    `Serial ports for any program, in ${ptyDirectory}; they leave with the module and come back under the same names:`,
    ...ports.map(({ role, path }) => `  ${role.padEnd(widest)}  ${path}`),
  ];
}

/** The loop is part of it: a module that changes its mode leaves and must be attached again. */
function overUsbip({ usbip, modules }: ServedBench): string[] {
  if (usbip === null) return [];
  const { host, port } = usbip;
  const tcpPort = port === DEFAULT_ADDRESS.port ? "" : ` --tcp-port ${port}`;
  const attach = modules.map(
    ({ portPath }) => `usbip${tcpPort} attach -r ${host} -b ${portPath} 2>/dev/null;`,
  );
  return [
    `They wait for USB/IP clients at ${host}:${port}. On the Linux machine that shall have them, as root:`,
    "  modprobe vhci-hcd",
    `  while sleep 0.2; do ${attach.join(" ")} done`,
  ];
}
