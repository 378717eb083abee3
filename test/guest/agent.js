/** In the guest: runs the scripts the host sends over one TCP connection, a JSON line each, and answers how they ended. */
import { spawn } from "node:child_process";
import { connect } from "node:net";
import { createInterface } from "node:readline";

const [host, port] = process.argv.slice(2);
const socket = connect({ host, port: Number(port) });
const answer = (value) => socket.write(`${JSON.stringify(value)}\n`);

socket.on("connect", () => answer({ ready: true }));
socket.on("error", (error) => console.log(`agent: ${error.message}`));
socket.on("close", () => process.exit(0));

createInterface({ input: socket }).on("line", (line) => {
  const { id, script, limitMs } = JSON.parse(line);
  const child = spawn("bash", ["-c", script], { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"])
    child[name].setEncoding("utf8").on("data", (text) => (said[name] += text));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    process.kill(-child.pid, "SIGKILL");
  }, limitMs);
  child.on("close", (code) => {
    clearTimeout(timer);
    answer({ id, code: late ? null : code, ...said });
  });
});
