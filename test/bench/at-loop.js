/**
 * In the guest: round trips of `AT` on one serial port, by a plain loop of reads and writes and by the session that
 * `ecflash` uses, in turns. Prints the times of both in milliseconds as JSON.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { READS } from "../../dist/core/at-commands.js";
import { AtSession } from "../../dist/device/at-session.js";
import { systemClock } from "../../dist/device/clock.js";
import { openSerialPort } from "../../dist/device/serial-port.js";

const [path, rounds] = process.argv.slice(2);
/** Commands in one turn, of which the first is not counted: it finds the port just opened. */
const IN_A_TURN = 20;
const times = { plain: [], session: [] };

for (let round = 0; round < Number(rounds); round += 1) {
  times.plain.push(...plainTurn().slice(1));
  times.session.push(...(await sessionTurn()).slice(1));
}
console.log(JSON.stringify(times));

function plainTurn() {
  // `min 1`: a read waits for the first byte, as in any terminal program.
  execFileSync("stty", ["-F", path, "raw", "-echo", "min", "1", "time", "0"]);
  const port = openSync(path, "r+");
  const bytes = Buffer.alloc(256);
  try {
    return Array.from({ length: IN_A_TURN }, () => {
      const began = performance.now();
      writeSync(port, "AT\r");
      for (let text = ""; !text.includes("OK\r\n"); )
        text += bytes.toString("latin1", 0, readSync(port, bytes, 0, bytes.length, null));
      return performance.now() - began;
    });
  } finally {
    closeSync(port);
  }
}

async function sessionTurn() {
  const session = new AtSession(await openSerialPort(path), systemClock);
  const took = [];
  try {
    for (let command = 0; command < IN_A_TURN; command += 1) {
      const began = performance.now();
      const { status } = await session.ask(READS.attention, 5_000);
      took.push(performance.now() - began);
      if (status !== "ok") throw new Error(`AT was answered ${status}`);
    }
    return took;
  } finally {
    await session.close();
  }
}
