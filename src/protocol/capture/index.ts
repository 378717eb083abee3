import type { ModuleMode, ModuleReading } from "../../core/reading.js";
import type { UsbMode } from "../../core/usb-mode.js";
import { contextOf, foldObservations } from "./fold.js";
import { JSON_FORMATS, LINE_FORMATS } from "./formats.js";
import { type Finding, type Group, NO_KEY } from "./group.js";
import { groupsOf } from "./groups.js";
import { readJson } from "./json/text.js";
import { withoutKernelLines } from "./host/kernel-line.js";
import { writtenOrder } from "./text/mail-order.js";
import type { Observation } from "./observation.js";
import { BLANKS_LIMIT, linesOf, unquoted, withQuoting } from "./text/text.js";

/** A module in a text, with what the text itself declares it to be. */
export interface CapturedModule {
  readonly reading: ModuleReading;
  readonly label: string | null;
}

/**
 * What a captured text says of the modules it is about: one reading a module, or none when no module speaks in it. A
 * revision is taken only from an answer of the module or a report of its own tools, never from prose, a package name or an
 * example. A reading's source is `source` with the first line that says something (`thread.txt:42`). `modes` says which USB
 * ids are whose.
 */
export function readModules(text: string, source: string, modes: readonly UsbMode[]): CapturedModule[] {
  const quoted = withQuoting(text);
  const even = unquoted(quoted);
  const order = writtenOrder(quoted);
  const findings = [...lineFindings(even, modes), ...jsonFindings(even, modes)].map((one) => ({
    ...one,
    order: order(one.line),
  }));
  return groupsOf(findings.sort((a, b) => a.order - b.order)).flatMap(
    (group) => moduleOf(group, source) ?? [],
  );
}

/** The readings alone. */
export function readCapture(text: string, source: string, modes: readonly UsbMode[] = []): ModuleReading[] {
  return readModules(text, source, modes).map(({ reading }) => reading);
}

type Found = Omit<Finding, "order">;

function lineFindings(text: string, modes: readonly UsbMode[]): Found[] {
  const readers = Object.values(LINE_FORMATS).map((format) => ({ read: format(modes), key: NO_KEY }));
  const findings: Found[] = [];
  const give = (line: string, number: number) => {
    for (const reader of readers) {
      for (const seen of reader.read(line)) {
        if (seen.kind === "subject") reader.key = seen.key ?? NO_KEY;
        else findings.push({ line: number, key: reader.key, seen });
      }
    }
  };
  let last = 1;
  for (const line of linesOf(text)) {
    last = line.number;
    give(line.text, line.number);
  }
  // The end of the text ends what is begun, as some empty lines do.
  for (let count = 0; count < BLANKS_LIMIT; count += 1) give("", last);
  return findings;
}

function jsonFindings(text: string, modes: readonly UsbMode[]): Found[] {
  const findings: Found[] = [];
  let line = 1;
  let key = NO_KEY;
  const readers = Object.values(JSON_FORMATS).map((format) => format(modes));
  const whole = withoutKernelLines(text);
  let end = whole.indexOf("\n");
  for (const { offset, said } of readJson(whole, readers)) {
    for (; end >= 0 && end < offset; end = whole.indexOf("\n", end + 1)) line += 1;
    key = NO_KEY;
    for (const seen of said) {
      if (seen.kind === "subject") key = seen.key ?? NO_KEY;
      else findings.push({ line, key, seen });
    }
  }
  return findings;
}

/** Null for what says nothing of a module. */
function moduleOf(group: Group, source: string): CapturedModule | null {
  const seen = group.map((finding) => finding.seen);
  if (!seen.some(speaks)) return null;
  const mode = modeOf(seen);
  const label = seen.findLast((one) => one.kind === "label")?.text ?? null;
  return {
    reading: {
      ...{ source: `${source}:${group[0]?.line ?? 1}`, virtual: false, mode },
      ...contextOf(seen),
      ...foldObservations(seen),
    },
    label,
  };
}

/** What says nothing of a module by itself: that a tool was content, where a record is from, what somebody calls a label. */
const SILENT: readonly Observation["kind"][] = ["circumstance", "label", "host", "taken"];

function speaks(seen: Observation): boolean {
  return seen.kind === "mode"
    ? seen.how.startsWith("USB") || seen.mode !== "normal"
    : !SILENT.includes(seen.kind);
}

/**
 * The last mode it was in. A dump is a crash: that the module shows itself on the bus again is no sign that it runs, only an
 * answer is. Of a device that is none of ours the mode is of no interest.
 */
function modeOf(seen: readonly Observation[]): ModuleMode {
  let mode: ModuleMode = "normal";
  for (const one of seen) {
    if (one.kind === "stranger") return "normal";
    if (one.kind === "mode" && !(mode === "dump" && one.mode === "normal")) mode = one.mode;
    if (one.kind === "revision" || one.kind === "cfun") mode = "normal";
  }
  return mode;
}
