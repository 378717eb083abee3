import type { LineReader } from "./observation.js";

const RETRIEVED = "Operating mode retrieved:";

/** How many lines behind the heading the mode may stand; in the tool's own output it is the next one. */
const REACH_LINES = 2;

const SET_FAILED = /couldn't set operating mode: (?<why>QMI protocol error \(\d+\): '\w+')/;

/** `qmicli --dms-get-operating-mode` and the failure of `--dms-set-operating-mode` (domain.md 2.2, 5.3). */
export function qmicli(): LineReader {
  let linesLeft = 0;
  return (line) => {
    const failure = SET_FAILED.exec(line)?.groups?.["why"];
    if (failure !== undefined) return [{ kind: "cfun-error", text: failure }];
    const heading = line.indexOf(RETRIEVED);
    if (heading >= 0) linesLeft = REACH_LINES + 1;
    if (linesLeft === 0) return [];
    linesLeft -= 1;
    const text = heading < 0 ? line : line.slice(heading + RETRIEVED.length);
    const mode = /^\s*Mode:\s*'(?<mode>[\w-]+)'/.exec(text)?.groups?.["mode"];
    if (mode === undefined) return [];
    linesLeft = 0;
    return [{ kind: "qmi-mode", text: mode }];
  };
}
