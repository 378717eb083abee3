/** One QEMU and the connection to the agent in it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

const HERE = new URL(".", import.meta.url).pathname;
const REPOSITORY = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const BOOT_LIMIT_MS = 90_000;
const SCRIPT_LIMIT_MS = 60_000;
const MEMORY_MB = 1024;

/** Nothing that a guest of one minute needs, and nothing that costs emulated time. */
const LEAN =
  "mitigations=off nokaslr nopti tsc=reliable no_timer_check cryptomgr.notests random.trust_cpu=on audit=0 apparmor=0";

/** @returns a running guest; `close` ends it */
export async function boot(kernel) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const began = performance.now();
  const qemu = spawn("qemu-system-x86_64", machineArguments(kernel, server.address().port), {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let console_ = "";
  for (const stream of [qemu.stdout, qemu.stderr])
    stream.setEncoding("utf8").on("data", (text) => (console_ = (console_ + text).slice(-20_000)));
  const ended = once(qemu, "exit");
  try {
    const [socket] = await Promise.race([
      once(server, "connection"),
      late(BOOT_LIMIT_MS).then(() => failed("the guest did not boot", console_)),
      ended.then(() => failed("QEMU ended", console_)),
    ]);
    const agent = new Agent(socket);
    await Promise.race([agent.ready, ended.then(() => failed("QEMU ended", console_))]);
    return {
      bootMs: performance.now() - began,
      run: (script, options) => agent.run(script, options),
      console: () => console_,
      close: async () => {
        socket.destroy();
        server.close();
        // The agent's end powers the guest off; what hangs is ended by its id.
        await Promise.race([ended, late(5_000)]);
        qemu.kill("SIGKILL");
        await ended;
      },
    };
  } catch (error) {
    qemu.kill("SIGKILL");
    server.close();
    throw error;
  }
}

function machineArguments(kernel, port) {
  const words = {
    init: `${HERE}guest-init.sh`,
    kernel: kernel.root,
    repository: REPOSITORY,
    node: process.execPath,
    port,
  };
  const guest = Object.entries(words).map(([name, value]) => `guest.${name}=${value}`);
  return [
    ...["-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "1", "-m", String(MEMORY_MB)],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio"],
    ...["-kernel", kernel.vmlinux, "-initrd", kernel.initramfs],
    ...["-append", `console=ttyS0 quiet loglevel=1 panic=-1 ${LEAN} ${guest.join(" ")}`],
    ...["-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"],
    ...["-device", "virtio-9p-pci,fsdev=host,mount_tag=hostroot"],
    // The emulated network's own IPv6 advertisement would take the default route.
    ...["-netdev", "user,id=net,ipv6=off", "-device", "virtio-net-pci,netdev=net,romfile="],
  ];
}

class Agent {
  #socket;
  #waiting = new Map();
  #next = 1;

  constructor(socket) {
    this.#socket = socket;
    this.ready = new Promise((resolve) => {
      createInterface({ input: socket }).on("line", (line) => {
        const said = JSON.parse(line);
        if (said.ready === true) resolve();
        else this.#waiting.get(said.id)?.(said);
      });
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      for (const settle of this.#waiting.values()) settle(null);
    });
  }

  /** Runs a bash script as root in the repository. @returns code (null when it was too slow), stdout, stderr */
  async run(script, { limitMs = SCRIPT_LIMIT_MS } = {}) {
    const id = this.#next++;
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#socket.write(`${JSON.stringify({ id, script, limitMs })}\n`);
    const said = await answer;
    this.#waiting.delete(id);
    if (said === null) throw new Error("the guest went away");
    return said;
  }
}

function late(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function failed(what, said) {
  throw new Error(`${what}; its console:\n${said.trim()}`);
}
