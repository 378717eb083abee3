export const title = "a real ModemManager takes the module; check asks beside it and disturbs nothing";
export const world = { scenario: "healthy", timeScale: 0.1 };

import assert from "node:assert/strict";

export async function run(t) {
  const check = `node bin/ecflash.js check --label ${t.bench.label} --format json`;
  const version = await t.run("node bin/ecflash.js --version");
  const judge = async () => JSON.parse(await t.run(check)).modules[0];
  await t.startModemManager();
  await t.attachRunning();
  await t.until("mmcli -m any", 90_000);
  const modem = JSON.parse(await t.run("mmcli -m any -J")).modem.generic;
  assert.equal(modem.plugin, "quectel");
  assert.match(modem.revision, /^EC25AFAR05A07M4G/);
  assert.deepEqual(modem.ports, [
    "cdc-wdm0 (qmi)",
    ...["ttyUSB0 (qcdm)", "ttyUSB1 (gps)", "ttyUSB2 (at)", "ttyUSB3 (at)", "wwan0 (net)"],
  ]);
  const mmcli = (await t.run("mmcli --version")).split("\n")[0].replace(/^mmcli /, "");
  t.proved("ModemManager, mmcli", mmcli, `${modem.model}, ${modem.revision.split(" ")[0]}, all six ports`);

  // Enabled and registered, it has its AT ports open, as beside a connection that lives.
  await t.until("mmcli -m any -e && mmcli -m any | grep -q 'registration: home'", 60_000);
  const held = "ls -l /proc/$(pidof ModemManager)/fd | grep -o '/dev/ttyUSB[23]' | sort -u | xargs";
  assert.equal(await t.run(held), "/dev/ttyUSB2 /dev/ttyUSB3");
  const before = await t.run("mmcli -m any -K | grep -v signal");

  // What check opens, by the kernel's own record of its calls and those of all it starts.
  const opened = 'grep -oE \'"/dev/(tty|cdc)[^"]*"\' /run/opened | sort -u | xargs';
  const traced = await t.run(`strace -f -qq -e trace=open,openat -o /run/opened ${check}`, {
    limitMs: 300_000,
  });
  const [beside] = JSON.parse(traced).modules;
  assert.equal(beside.verdict, "match");
  assert.ok(beside.evidence.some(({ from, supports }) => from === "mmcli" && supports === "EC25-A"));
  assert.match(beside.evidence.at(-1).says, /held by ModemManager \(pid \d+\) and were not opened; mmcli/);
  assert.equal(await t.run(opened), "");
  t.proved("ecflash check", version, "beside ModemManager: match by mmcli; strace saw it open no port");

  // A ModemManager that hangs, as after a bad resume: the module's QMI port is left, through the proxy.
  await t.run("kill -STOP $(pidof ModemManager)");
  const hung = await judge();
  await t.run("kill -CONT $(pidof ModemManager)");
  assert.equal(hung.verdict, "match");
  assert.ok(hung.evidence.some(({ from, supports }) => from === "qmicli" && supports === "EC25-A"));
  t.proved("ecflash check", version, "ModemManager hangs: match by qmicli through qmi-proxy");

  // The same modem object, in the same state: nothing was taken from it.
  assert.equal(await t.run("mmcli -m any -K | grep -v signal"), before);
  assert.equal(await t.run(held), "/dev/ttyUSB2 /dev/ttyUSB3");

  // What holds ModemManager off ends with whoever asked for it, also when that is killed.
  const killed = await t.try(`node --input-type=module -e '
    import { realBus } from "./dist/device/real-bus.js";
    const bus = realBus({});
    const device = (await bus.list()).find(({ vendorId }) => vendorId === 0x2c7c);
    const { kind } = await bus.holdOff(device);
    process.stdout.write(kind, () => process.kill(process.pid, "SIGKILL"));'`);
  assert.equal(killed.stdout, "held-off", killed.stderr);
  await t.until("! pidof mmcli");
  await t.until("mmcli -m any", 60_000);

  // A terminal program on one AT port leaves the other one to ask.
  await t.stopModemManager();
  await t.background("exec 9<>/dev/ttyUSB2; exec sleep 60");
  await t.until("ls -l /proc/[0-9]*/fd 2>/dev/null | grep -q /dev/ttyUSB2");
  const other = await judge();
  assert.equal(other.verdict, "match");
  assert.equal(other.claimed.revision, "EC25AFAR05A07M4G_30.005.30.005");
}
