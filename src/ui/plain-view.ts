import { describeState } from "../core/lifecycle.js";
import type { RunEvent, StageId } from "../core/events.js";
import { shown as clean } from "./escape.js";
import { formatBytes, formatSeconds, percent, resultLine } from "./format.js";
import type { Output, View } from "./view.js";

/** A progress line at every quarter is enough for a log file. */
const PROGRESS_STEP_PERCENT = 25;

/** One line an event, each with its stage, for pipes and log files. `verbose` adds what the module and host say. */
export function plainView(out: Output, { verbose = false }: { verbose?: boolean } = {}): View {
  const titles = new Map<StageId, string>();
  let shown = 0;
  const say = (text: string) => out.write(`${clean(text)}\n`);
  /** Stages that never began, one reason for all of them. */
  let passed: { readonly ids: StageId[]; readonly why: string } | null = null;
  let begun: StageId = "";
  const sayPassed = () => {
    if (passed !== null) say(`[${passed.ids.join(", ")}] skipped: ${passed.why}`);
    passed = null;
  };

  const emit = (event: RunEvent): void => {
    if (event.type === "stage-end" && event.result === "skipped" && event.stage !== begun) {
      if (passed?.why === event.summary) passed.ids.push(event.stage);
      else {
        sayPassed();
        passed = { ids: [event.stage], why: event.summary };
      }
      return;
    }
    sayPassed();
    switch (event.type) {
      case "plan":
        for (const { id, title } of event.stages) titles.set(id, title);
        say(`${event.title}${event.virtual ? " (virtual module)" : ""}`);
        return;
      case "stage-start":
        shown = 0;
        begun = event.stage;
        say(`[${event.stage}] ${titles.get(event.stage) ?? event.stage}`);
        return;
      case "progress": {
        const now = percent(event.doneBytes, event.totalBytes);
        if (Math.floor(now / PROGRESS_STEP_PERCENT) <= Math.floor(shown / PROGRESS_STEP_PERCENT)) return;
        shown = now;
        say(`[${event.stage}] ${now} % of ${formatBytes(event.totalBytes)}, ${event.label}`);
        return;
      }
      case "wait":
        say(`[${event.stage}] waiting for ${event.name}, at most ${formatSeconds(event.deadlineMs)}`);
        return;
      case "mode":
        say(`[${event.stage}] ${event.portPath}: ${describeState(event.state)}`);
        return;
      case "line":
        if (verbose || event.from === "note") say(`[${event.stage}] ${event.from}: ${event.text}`);
        return;
      case "stage-end":
        // The result follows and says why, how the module is and what to try.
        say(`[${event.stage}] ${event.result === "failed" ? "failed" : `${event.result}: ${event.summary}`}`);
        for (const detail of event.details) say(`[${event.stage}]   ${detail}`);
        return;
      case "result":
        say(resultLine(event));
        for (const line of event.summary) say(`  ${line}`);
    }
  };
  return { emit, close: () => Promise.resolve() };
}
