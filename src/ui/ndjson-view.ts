import { jsonText } from "./escape.js";
import type { Output, View } from "./view.js";

/** Every event as one JSON line, identities masked: for scripts and dashboards. */
export function ndjsonView(out: Output, now: () => Date): View {
  return {
    emit: (event) => out.write(`${jsonText({ at: now().toISOString(), ...event })}\n`),
    close: () => Promise.resolve(),
  };
}
