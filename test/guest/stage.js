/** What a scenario acts on: the guest, the virtual module beside it, and the table of what was proven. */
import assert from "node:assert/strict";
import { openBench } from "./bench.js";

const WAIT_MS = 30_000;

export class Stage {
  #machine;
  #rows;
  #background = [];

  constructor(name, machine, rows) {
    this.name = name;
    this.#machine = machine;
    this.#rows = rows;
  }

  /** Exports the modules of a world; `attach` plugs them into the guest. */
  async open(world) {
    this.bench = await openBench(world);
  }

  /** Runs a script and gives code, stdout and stderr, whatever they are. */
  async try(script, options) {
    return this.#machine.run(script, options);
  }

  /** Runs a script that must end with 0 and gives its stdout, trimmed. */
  async run(script, options) {
    return this.runFor(0, script, options);
  }

  /** Runs a script that must end with `code` and gives its stdout, trimmed. */
  async runFor(code, script, options) {
    const ended = await this.try(script, options);
    const said = `${ended.stdout}\n${ended.stderr}`.trim();
    assert.equal(
      ended.code,
      code,
      `${script.trim()}\nended with ${ended.code ?? "no end in time"}:\n${said}`,
    );
    return ended.stdout.trim();
  }

  /** Waits until a script ends with 0. */
  async until(script, waitMs = WAIT_MS) {
    const end = `end=$(( $(date +%s%3N) + ${waitMs} ))`;
    const loop = `${end}; until { ${script}; } >/dev/null 2>&1; do [ $(date +%s%3N) -lt $end ] || exit 1; sleep 0.05; done`;
    const { code } = await this.try(loop, { limitMs: waitMs * 2 });
    assert.equal(code, 0, `in ${waitMs} ms this never came true: ${script}`);
  }

  /** Runs a script beside the scenario, until its end. @returns how to end it before */
  async background(script) {
    const quoted = `'${script.replaceAll("'", `'\\''`)}'`;
    const pid = Number(await this.run(`setsid bash -c ${quoted} >/dev/null 2>&1 & echo $!`));
    this.#background.push(pid);
    return () => this.run(`kill -- -${pid}; while kill -0 -- -${pid} 2>/dev/null; do sleep 0.05; done`);
  }

  /** Attaches as a person would, with the stock tool, again after every change of mode. */
  async attach(busid = this.bench.busids[0]) {
    await this.run("modprobe vhci-hcd");
    const attach = `usbip --tcp-port ${this.bench.port} attach -r 10.0.2.2 -b ${busid}`;
    // Asked without starting a program: emulated, a start costs more than everything else here.
    const isFree = "[[ $(</sys/devices/platform/vhci_hcd.0/status) != *' 006 '* ]]";
    const pause = "read -rt 0.1 -u 9";
    await this.background(`exec 9<> <(:); while :; do ${isFree} && ${attach}; ${pause}; done`);
  }

  /** Attaches several modules, each at its own port, in this order. @returns how to end that; they stay plugged in */
  async attachEach(places) {
    await this.run("modprobe vhci-hcd");
    const list = places.map(({ busid, vhciPort }) => `${busid}=${vhciPort}`).join(" ");
    return this.background(`exec node test/guest/attach.js 10.0.2.2 ${this.bench.port} ${list}`);
  }

  /** Pulls the plug of one port of the virtual controller. */
  async detach(vhciPort) {
    await this.run(`echo ${vhciPort} >/sys/devices/platform/vhci_hcd.0/detach`);
  }

  /** Attaches and waits for the four serial ports and the QMI port of a module that runs. */
  async attachRunning() {
    await this.attach();
    await this.until("[ -c /dev/ttyUSB3 ] && [ -c /dev/cdc-wdm0 ]");
  }

  /** The system bus, polkit and ModemManager, as their packages install them, until the scenario ends. */
  async startModemManager() {
    await this.run("mkdir -p /run/dbus && rm -f /run/dbus/system_bus_socket");
    await this.background("exec dbus-daemon --system --nofork --nopidfile");
    await this.until("[ -S /run/dbus/system_bus_socket ]");
    await this.background("exec /usr/lib/polkit-1/polkitd --no-debug");
    await this.background("exec ModemManager");
    await this.until("mmcli -L");
  }

  /** Also the proxy it started, which would keep the QMI port open. */
  async stopModemManager() {
    await this.run("kill $(pidof ModemManager qmi-proxy)");
    await this.until("! pidof ModemManager qmi-proxy");
  }

  /** Where the one module is plugged, in the guest's own words. */
  async portPath() {
    const vendors = "/sys/bus/usb/devices/[0-9]*-[1-9]*/idVendor";
    return this.run(`basename "$(dirname "$(grep -lE '2c7c|05c6' ${vendors})")"`);
  }

  /** The real binary, with records of its own for this scenario. */
  get ecflash() {
    return `ECFLASH_STATE_DIR=${this.home}/state ECFLASH_CACHE_DIR=${this.home}/cache node bin/ecflash.js`;
  }

  /** A directory of the scenario in the guest's memory. */
  get home() {
    return `/run/${this.name}`;
  }

  /** One row of the table at the end. */
  proved(program, version, did) {
    this.#rows.push({ program, version, did });
  }

  /** Unplugs everything; the next scenario finds an empty bus. */
  async close() {
    try {
      for (const pid of this.#background.splice(0).reverse())
        await this.try(`kill -CONT -- -${pid}; kill -- -${pid}`);
      await this.bench?.stop();
      await this.until("! ls /sys/bus/usb/devices | grep -q -- '^[0-9]*-[1-9]'", 10_000);
    } finally {
      await this.bench?.close();
    }
  }

  /** What is there after a failure. */
  async autopsy() {
    const looks = "lsusb | grep -v root; ls /dev/ttyUSB* /dev/cdc-wdm*; dmesg | tail -n 15";
    let found;
    try {
      const { stdout, stderr } = await this.try(looks, { limitMs: 15_000 });
      found = `${stdout}${stderr}`;
    } catch (error) {
      found = `${error.message}\n${this.#machine.console()}`;
    }
    try {
      await this.close();
    } catch (error) {
      found += `\nand at the end: ${error.message}`;
    }
    return `in the guest:\n${found.trim()}`;
  }
}
