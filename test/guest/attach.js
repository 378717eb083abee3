/**
 * In the guest: keeps modules plugged in, each at a port of its own of the virtual host controller, whatever the others
 * do. The stock tool takes the first free port, so of many modules one that restarts could come back at another's.
 * Arguments: HOST PORT, then BUSID=VHCI_PORT for each module, plugged in this order.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

const CONTROLLER = "/sys/devices/platform/vhci_hcd.0";
/** When the first module was plugged in, in milliseconds of the guest's clock. */
const PLUGGED = "/run/plugged";
const VERSION = 0x0111;
const [IMPORT, OK_BYTES, HEADER_BYTES] = [0x8003, 320, 8];
const PAUSE_MS = 100;
const [host, tcpPort, ...wanted] = process.argv.slice(2);
const modules = wanted.map((text) => {
  const [busid, vhciPort] = text.split("=");
  return { busid, vhciPort: Number(vhciPort) };
});

for (;;) {
  for (const module of modules) if (isFree(module.vhciPort)) await plug(module);
  await wait(PAUSE_MS);
}

/** `hs  0003 004 ...`: 004 is a free port. Every controller of the kernel has a file of its own. */
function isFree(vhciPort) {
  const files = readdirSync(CONTROLLER).filter((name) => /^status(\.\d+)?$/.test(name));
  const rows = files.flatMap((name) => readFileSync(`${CONTROLLER}/${name}`, "utf8").split("\n"));
  const row = rows.find((text) => Number(/^hs\s+(\d+)/.exec(text)?.[1] ?? -1) === vhciPort);
  if (row === undefined) throw new Error(`the kernel has no high-speed port ${vhciPort}`);
  return row.split(/\s+/)[2] === "004";
}

/** Imports the module and hands the connection to the kernel. A module that is off the bus is tried again later. */
async function plug({ busid, vhciPort }) {
  const socket = connect({ host, port: Number(tcpPort), noDelay: true });
  try {
    const reply = await imported(socket, busid);
    if (reply === null) return;
    const [busNumber, deviceNumber, speed] = [296, 300, 304].map((at) => reply.readUInt32BE(at));
    const devid = (busNumber << 16) | deviceNumber;
    // For whoever measures from here.
    if (!existsSync(PLUGGED)) writeFileSync(PLUGGED, String(Date.now()));
    writeFileSync(`${CONTROLLER}/attach`, `${vhciPort} ${socket._handle.fd} ${devid} ${speed}`);
  } finally {
    socket.destroy();
  }
}

function imported(socket, busid) {
  const request = Buffer.alloc(40);
  request.writeUInt16BE(VERSION, 0);
  request.writeUInt16BE(IMPORT, 2);
  request.write(busid, HEADER_BYTES);
  socket.write(request);
  return new Promise((resolve) => {
    let reply = Buffer.alloc(0);
    socket.on("data", (bytes) => {
      reply = Buffer.concat([reply, bytes]);
      if (reply.length < HEADER_BYTES) return;
      const refused = reply.readUInt32BE(4) !== 0;
      if (!refused && reply.length < OK_BYTES) return;
      // From here on the bytes are the kernel's.
      socket.pause();
      resolve(refused ? null : reply);
    });
    socket.on("error", () => resolve(null));
    socket.on("close", () => resolve(null));
  });
}
