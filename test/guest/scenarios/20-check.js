export const title =
  "AT by hand, then list and check by the real binary: wrong firmware, and a virtual module";
export const world = { scenario: "wrong-variant", timeScale: 0.1 };

import assert from "node:assert/strict";

export async function run(t) {
  await t.attachRunning();

  // A terminal program's way: raw mode, one command, what comes in a second.
  const answer = await t.run(`
    stty -F /dev/ttyUSB2 raw -echo
    exec 9<>/dev/ttyUSB2
    printf 'ATI\\r' >&9
    timeout --foreground 1 cat <&9 | tr -d '\\r' | grep -v '^$'
    exit 0`);
  assert.deepEqual(answer.split("\n"), ["ATI", "Quectel", "EC25", "Revision: EC25EFAR06A11M4G", "OK"]);
  t.proved("stty, cat", await t.run("uname -r"), "ATI over /dev/ttyUSB2, answered with echo");

  const list = await t.run("node bin/ecflash.js list");
  assert.match(list, /1-1 .*normal +2c7c:0125.*ttyUSB0 \/dev\/ttyUSB1 \/dev\/ttyUSB2 \/dev\/ttyUSB3/);
  const checked = await t.runFor(10, "node bin/ecflash.js check --label EC25AFA-512-STD --format json");
  const [module] = JSON.parse(checked).modules;
  assert.equal(module.verdict, "mismatch");
  assert.equal(module.virtual, true);
  assert.match(list, /virtual/);
  const version = await t.run("node bin/ecflash.js --version");
  t.proved("ecflash list, check", version, "mismatch, exit 10, marked virtual: it is behind vhci_hcd");
}
