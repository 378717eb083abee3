import type { StopSwitch } from "../flow/stop-switch.js";

/** Hands INT, TERM and HUP to the switch. Gives the function that takes the handlers away again. */
export function listenToSignals(stop: StopSwitch): () => void {
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const handlers = names.map((name) => {
    const handler = () => stop.request(name);
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  return () => {
    for (const off of handlers) off();
  };
}
