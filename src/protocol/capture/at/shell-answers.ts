import { fieldObservations } from "../report/fields.js";
import { withoutKernelLines } from "../host/kernel-line.js";
import type { LineReader } from "../observation.js";
import { isQuectelShape } from "../revision-text.js";

/** Android's command that prints the revision alone. */
const ASKED = /[#$>]\s{1,4}(?:sudo )?getprop gsm\.version\.baseband\d?$/;
const LENGTH_LIMIT = 256;

/** A line that is nothing but a revision, directly below a command that asks for it. */
export function shellAnswers(): LineReader {
  let isAsked = false;
  return (line) => {
    const text = line.length > LENGTH_LIMIT ? "-" : withoutKernelLines(line).trim();
    if (text === "") return [];
    const wasAsked = isAsked;
    isAsked = ASKED.test(text);
    return wasAsked && isQuectelShape(text) ? fieldObservations("revision", text, "getprop") : [];
  };
}
