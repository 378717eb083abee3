export const title = "debug";
export const world = { scenario: "wrong-variant", timeScale: 0.1 };
export async function run(t) {
  await t.attachRunning();
  await t.run("stty -F /dev/ttyUSB0 raw -echo; printf '\\x4b\\x65\\x01\\x00\\x54\\x0f\\x7e' >/dev/ttyUSB0");
  await t.until("lsusb -d 05c6:9008 && [ -c /dev/ttyUSB0 ]");
  const src = `
const t0 = performance.now(); const lap = (w) => console.log(w, (performance.now()-t0).toFixed(0));
const { readUsbDevices } = await import("/work/main/dist/device/sysfs.js");
const { openLibusbEndpoint } = await import("/work/main/dist/device/libusb-endpoint.js");
lap("imports");
const [d] = (await readUsbDevices()).filter((d) => d.vendorId === 0x05c6);
lap("sysfs");
const usb = await import("usb"); lap("usb");
const e = await openLibusbEndpoint(d, 0); lap("open");
const { SaharaHost } = await import("/work/main/dist/flasher/builtin/sahara-host.js");
const s = new SaharaHost(e);
console.log(await s.meet()); lap("meet");
console.log(await s.readChipSerial()); lap("serial");
const fs = await import("node:fs");
const p = new Uint8Array(128376); 
const { wrapInElf } = await import("/work/main/dist/sim/programmer.js");
await s.loadProgrammer(wrapInElf(p), (n) => n % 16384 < 4096 && lap("at " + n)); lap("loaded");
await e.close(); lap("closed");
`;
  console.log(await t.run(`cat > /run/dbg.mjs <<'EOF'
${src.replaceAll('"usb"', '"/work/main/node_modules/usb/dist/index.js"')}
EOF
top -b -n 1 | head -15; uptime; time node /run/dbg.mjs; time node -e 0; time usbip list -r 10.0.2.2; top -b -n 1 | head -15`, { limitMs: 200000 }));
}
