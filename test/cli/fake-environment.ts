import type { Environment } from "../../src/cli/environment.js";

/** An environment that keeps what is written to it, at the beginning of time. */
export function fakeEnvironment(): { environment: Environment; out: () => string; err: () => string } {
  const texts = { out: "", err: "" };
  const output = (name: "out" | "err") => ({
    write: (text: string) => void (texts[name] += text),
    isTTY: false,
    columns: 0,
  });
  const environment: Environment = {
    version: "0.0.0",
    out: output("out"),
    err: output("err"),
    variables: {},
    now: () => new Date(0),
    isRoot: false,
    hostName: "bench",
  };
  return { environment, out: () => texts.out, err: () => texts.err };
}
