import { type Command, InvalidArgumentError, Option } from "commander";
import { EXIT } from "../../core/exits.js";
import { systemClock } from "../../device/clock.js";
import { serveBench, type UsbipBench } from "../../flow/demo/usbip-bench.js";
import { powerCycleVirtual, resetVirtual } from "../../flow/demo/virtual-bench.js";
import { StopSwitch } from "../../flow/stop-switch.js";
import { loadFacts } from "../../manifest/load.js";
import { SHIPPED_SCENARIOS } from "../../manifest/read.js";
import { listScenarios } from "../../manifest/scenarios.js";
import { shown } from "../../ui/escape.js";
import { directories, type Environment } from "../environment.js";
import type { Act } from "../act.js";
import { listenToSignals } from "../signals.js";

interface UsbipFlags {
  readonly listen: Address;
  readonly allowRemote: boolean;
  readonly timeScale: number;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

/** What a hand does at a real bench: the virtual modules of `--sim` need it too. */
export function addSim(program: Command, act: Act): void {
  const sim = program.command("sim").description("the bench of virtual modules behind --sim");
  sim.command("scenarios").description("list the scenarios").action(act(list));
  sim
    .command("power-cycle")
    .argument("<scenario[:name]>")
    .description("take power from its modules and give it back")
    .action((spec: string) => act((environment) => powerCycle(environment, spec))({}));
  sim
    .command("reset")
    .argument("<scenario[:name]>")
    .description("forget it; the next use makes it anew")
    .action((spec: string) => act((environment) => reset(environment, spec))({}));
  sim
    .command("usbip")
    .argument("<scenario[:name]>")
    .description("put its modules on the USB bus of a Linux machine, until Ctrl-C")
    .addOption(
      new Option("--listen <address:port>", "where to wait for USB/IP clients")
        .argParser(address)
        .default(DEFAULT_LISTEN, "127.0.0.1:3240"),
    )
    .option("--allow-remote", "also on an address that other machines can reach", false)
    .option("--time-scale <factor>", "below 1 the modules start and restart faster", factor, 1)
    .action((spec: string, flags: UsbipFlags) => act((environment) => usbip(environment, spec, flags))({}));
}

const DEFAULT_LISTEN: Address = { host: "127.0.0.1", port: 3240 };

function address(text: string): Address {
  const { host, port } = /^\[?(?<host>[^\]]*[^\]:])\]?:(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 0xffff)
    throw new InvalidArgumentError("for example 127.0.0.1:3240");
  return { host, port: Number(port) };
}

function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 100)) throw new InvalidArgumentError("a number above 0, at most 100");
  return value;
}

async function list({ out }: Environment): Promise<number> {
  for (const name of await listScenarios(SHIPPED_SCENARIOS)) out.write(`${name}\n`);
  return EXIT.done;
}

async function powerCycle(environment: Environment, spec: string): Promise<number> {
  const { stateDir } = await directories(environment, {});
  await powerCycleVirtual(spec, { stateDir, clock: systemClock });
  environment.out.write(`Power-cycled the modules of ${shown(spec)}.\n`);
  return EXIT.done;
}

async function reset(environment: Environment, spec: string): Promise<number> {
  const { stateDir } = await directories(environment, {});
  await resetVirtual(spec, stateDir);
  environment.out.write(`Forgot ${shown(spec)}; the next use makes it anew.\n`);
  return EXIT.done;
}

async function usbip(environment: Environment, spec: string, flags: UsbipFlags): Promise<number> {
  const [{ stateDir }, facts] = await Promise.all([directories(environment, {}), loadFacts()]);
  const stop = new StopSwitch();
  const off = listenToSignals(stop);
  try {
    await serveBench(spec, {
      ...flags.listen,
      allowRemote: flags.allowRemote,
      timeScale: flags.timeScale,
      stateDir,
      facts,
      now: environment.now,
      clock: systemClock,
      stop,
      ready: (bench) => environment.out.write(howToAttach(spec, bench)),
    });
  } finally {
    off();
  }
  environment.out.write(`Kept ${shown(spec)} as it is.\n`);
  return EXIT.done;
}

/** The loop is part of it: a module that changes its mode leaves and must be attached again. */
function howToAttach(spec: string, { host, port, modules, index }: UsbipBench): string {
  const tcpPort = port === DEFAULT_LISTEN.port ? "" : ` --tcp-port ${port}`;
  const rows = modules.map(({ busid, label, device }) => {
    const ids = device === null ? "off the bus" : `${hex(device.vendorId)}:${hex(device.productId)}`;
    return `  ${busid}  ${ids}  ${label}`;
  });
  const attach = modules.map(({ busid }) => `usbip${tcpPort} attach -r ${host} -b ${busid} 2>/dev/null;`);
  const [label = ""] = modules.map((module) => module.label);
  const lines = [
    `Virtual modules of ${spec} wait for USB/IP clients at ${host}:${port}; Ctrl-C ends.`,
    ...rows,
    "On the Linux machine that shall have them, as root:",
    "  modprobe vhci-hcd",
    `  while sleep 0.2; do ${attach.join(" ")} done`,
    "Its firmware:",
    `  ecflash flash --label ${label} --index ${index.path} --key ${index.publicKey.trim()}`,
  ];
  return `${lines.map(shown).join("\n")}\n`;
}

function hex(value: number): string {
  return value.toString(16).padStart(4, "0");
}
