import type { MakeRenderer } from "./check-renderer.js";

/** The formats of `check`; each is one file, loaded only when it is asked for. */
const FORMATS = {
  text: async () => (await import("./formats/text.js")).textRenderer,
  json: async () => (await import("./formats/json.js")).jsonRenderer,
  ndjson: async () => (await import("./formats/ndjson.js")).ndjsonRenderer,
} satisfies Readonly<Record<string, () => Promise<MakeRenderer>>>;

export type CheckFormat = keyof typeof FORMATS;

export const CHECK_FORMATS = Object.keys(FORMATS) as readonly CheckFormat[];

/** What makes renderings of a format. */
export async function rendererOf(format: CheckFormat): Promise<MakeRenderer> {
  return FORMATS[format]();
}
