import type { MakeRenderer } from "./check-renderer.js";

/** The formats of `check`; each is one file, loaded only when it is asked for. */
const FORMATS = {
  text: async () => (await import("./formats/text.js")).textRenderer,
  json: async () => (await import("./formats/json.js")).jsonRenderer,
  ndjson: async () => (await import("./formats/ndjson.js")).ndjsonRenderer,
  csv: async () => (await import("./formats/csv.js")).csvRenderer,
  junit: async () => (await import("./formats/junit.js")).junitRenderer,
  prometheus: async () => (await import("./formats/prometheus.js")).prometheusRenderer,
  sarif: async () => (await import("./formats/sarif.js")).sarifRenderer,
  github: async () => (await import("./formats/github.js")).githubRenderer,
  mender: async () => (await import("./formats/mender.js")).menderRenderer,
  nagios: async () => (await import("./formats/nagios.js")).nagiosRenderer,
} satisfies Readonly<Record<string, () => Promise<MakeRenderer>>>;

export type CheckFormat = keyof typeof FORMATS;

export const CHECK_FORMATS = Object.keys(FORMATS) as readonly CheckFormat[];

/** What makes renderings of a format. */
export async function rendererOf(format: CheckFormat): Promise<MakeRenderer> {
  return FORMATS[format]();
}
