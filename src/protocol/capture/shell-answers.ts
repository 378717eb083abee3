import { fieldObservations } from "./fields.js";
import { withoutKernelLines } from "./kernel-line.js";
import type { LineReader } from "./observation.js";
import { isQuectelShape } from "./revision-text.js";

/** Commands of hosts that print the revision alone: Android's, and that of Teltonika's routers. */
const ASKED =
  /[#$>]\s{1,4}(?:sudo )?(?<command>getprop gsm\.version\.baseband\d?|gsmctl (?:-O \S{1,8} )?-y)$/;
const LENGTH_LIMIT = 256;

/** A line that is nothing but a revision, directly below a command that asks for it. */
export function shellAnswers(): LineReader {
  let asked = "";
  return (line) => {
    const text = line.length > LENGTH_LIMIT ? "-" : withoutKernelLines(line).trim();
    if (text === "") return [];
    const command = asked;
    asked = ASKED.exec(text)?.groups?.["command"]?.split(" ")[0] ?? "";
    return command !== "" && isQuectelShape(text) ? fieldObservations("revision", text, command) : [];
  };
}
