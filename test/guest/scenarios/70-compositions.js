export const title = "ECM, MBIM, RNDIS, no DIAG, fastboot: who takes which interface, where AT and DM are";
export const world = { scenario: "compositions", timeScale: 0.1 };

import assert from "node:assert/strict";

const AUDIO = "snd-usb-audio";
const SERIAL = "ff/00/00 option, ff/00/00 option, ff/00/00 option";

/** By busid: what each interface is and which stock driver took it. */
const TAKEN = {
  "1-1.1": `ff/ff/ff option, ${SERIAL}, 02/06/00 cdc_ether, 0a/00/00 cdc_ether`,
  "1-1.2": `ff/ff/ff option, ${SERIAL}, 02/0e/00 cdc_mbim, 0a/00/02 cdc_mbim`,
  "1-1.3": `e0/01/03 rndis_host, 0a/00/00 rndis_host, ff/ff/ff option, ${SERIAL}`,
  "1-1.4": `${SERIAL}, ff/ff/ff qmi_wwan, ff/42/01 -, 01/01/00 ${AUDIO}, 01/02/00 ${AUDIO}, 01/02/00 ${AUDIO}`,
  "1-1.5": "ff/42/03 -",
};

export async function run(t) {
  assert.deepEqual(t.bench.busids, Object.keys(TAKEN));
  await t.attachEach(t.bench.busids.map((busid, vhciPort) => ({ busid, vhciPort })));
  const places = t.bench.busids.map((_, vhciPort) => `1-${vhciPort + 1}`);
  for (const [index, taken] of Object.values(TAKEN).entries())
    await t.until(`[ "$(${interfacesOf(places[index])})" = "${taken}" ]`);
  const kernel = await t.run("uname -r");
  const [ecm, mbim, rndis, hidden, fastboot] = places;
  const network = await t.run(`ls -d /sys/bus/usb/devices/${ecm}:1.4/net/*`);
  assert.equal(await t.run(`cat ${network}/address`), "02:00:12:34:56:78");
  t.proved("cdc_ether", kernel, "ECM on interface 4, its address from the string of the descriptor");
  await t.run(`ls /sys/bus/usb/devices/${mbim}:1.4/usbmisc`);
  t.proved("cdc_mbim", kernel, "MBIM on interface 4, cdc-wdm and wwan");
  assert.equal(await t.run(`cat /sys/bus/usb/devices/${rndis}:1.0/net/*/address`), "02:00:12:34:56:7a");
  t.proved("rndis_host", kernel, "RNDIS on interface 0, its address asked by an encapsulated query");

  t.proved("snd-usb-audio", kernel, "the audio function behind ADB, where DIAG is off");

  const { modules } = JSON.parse(await t.run("node bin/ecflash.js list --format json"));
  const listed = (place) => modules.find(({ portPath }) => portPath === place);
  const ports = (place) => listed(place).ports.map((port) => port.interface);
  assert.deepEqual(
    modules.map(({ mode }) => mode),
    ["normal", "normal", "normal", "normal", "fastboot"],
  );
  assert.deepEqual(
    [ports(ecm), ports(mbim)],
    [
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ],
  );
  assert.deepEqual([ports(rndis), ports(hidden), ports(fastboot)], [[2, 3, 4, 5], [0, 1, 2], []]);
  const checked = JSON.parse(await t.runFor(11, "node bin/ecflash.js check --format json"));
  const verdicts = checked.modules.map(({ verdict }) => verdict);
  assert.deepEqual(verdicts, ["unknown", "unknown", "unknown", "unknown", "not-running"]);
  const version = await t.run("node bin/ecflash.js --version");
  t.proved("ecflash list, check", version, "AT found in every composition, fastboot set aside");

  // DIAG is where the descriptor says, not on interface 0.
  const { tty } = listed(rndis).ports.find((port) => port.interface === 2);
  await t.run(`stty -F ${tty} raw -echo; printf '\\x4b\\x65\\x01\\x00\\x54\\x0f\\x7e' >${tty}`);
  const ids = `$(cat /sys/bus/usb/devices/${rndis}/id{Vendor,Product} | paste -sd:)`;
  await t.until(`[ "${ids}" = 05c6:9008 ]`);
  t.proved("option", kernel, `seven bytes on interface 2 of RNDIS (${tty}): 05c6:9008`);
}

/** `ff/00/00 option, ...` of a device that is plugged, in the order of its interfaces. */
function interfacesOf(place) {
  const one = "$(<$i/bInterfaceClass)/$(<$i/bInterfaceSubClass)/$(<$i/bInterfaceProtocol)";
  const driver = "d=$(readlink $i/driver); d=${d##*/}";
  const loop = `for i in /sys/bus/usb/devices/${place}:1.*; do ${driver}; printf '%s, ' "${one} \${d:--}"; done`;
  return `s=$(${loop}); echo "\${s%, }"`;
}
