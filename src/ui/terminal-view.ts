import {
  Listr,
  type ListrTask,
  type ListrTaskWrapper,
  type DefaultRenderer,
  type SimpleRenderer,
} from "listr2";
import type { RunEvent, StageId } from "../core/events.js";
import { coloursFor } from "./colours.js";
import { shown } from "./escape.js";
import { formatBytes, formatSeconds, percent, resultLine } from "./format.js";
import type { Output, View } from "./view.js";

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;
type StageEnd = Extract<RunEvent, { type: "stage-end" }>;

const pc = coloursFor({ isTTY: true });

/** Drawing the list takes about 20 ms of the host's time, which belongs to the write. */
const PROGRESS_STEP_PERCENT = 2;

/** One line of the list: shows what its stage says, and ends when the stage ends. */
class StageLine {
  #task: Task | null = null;
  #last = "";
  #settle: (end: StageEnd | null) => void = () => undefined;
  readonly #ended = new Promise<StageEnd | null>((resolve) => {
    this.#settle = resolve;
  });

  /** Each new output draws the whole list, so the same text again (thousands of progress events) must not. */
  show(text: string): void {
    const next = shown(text);
    if (next === this.#last) return;
    this.#last = next;
    if (this.#task !== null) this.#task.output = this.#last;
  }

  end(end: StageEnd | null): void {
    this.#settle(end);
  }

  async run(task: Task, title: string): Promise<void> {
    this.#task = task;
    if (this.#last !== "") task.output = this.#last;
    const end = await this.#ended;
    if (end === null) {
      task.skip(`${title} ${pc.dim("not reached")}`);
      return;
    }
    const summary = shown(end.summary);
    if (end.result === "skipped") {
      task.skip(`${title} ${pc.dim(summary)}`);
      return;
    }
    if (end.result === "failed") throw new Error(summary);
    const details = end.details.map((detail) => `\n    ${pc.dim(shown(detail))}`);
    task.title = `${title} ${pc.dim(summary)}${details.join("")}`;
  }
}

/** A live list of the stages, for a terminal wide enough to draw on. The work drives it; it decides nothing. */
export function terminalView(out: Output): View {
  let lines = new Map<StageId, StageLine>();
  let drawing: Promise<unknown> = Promise.resolve();

  const begin = (event: Extract<RunEvent, { type: "plan" }>) => {
    const mine = new Map(event.stages.map(({ id }) => [id, new StageLine()]));
    lines = mine;
    const tasks: ListrTask<unknown, typeof DefaultRenderer, typeof SimpleRenderer>[] = event.stages.map(
      ({ id, title }) => ({
        title,
        task: (_, task) => mine.get(id)?.run(task, title),
      }),
    );
    const before = drawing;
    drawing = before.then(async () => {
      out.write(`${pc.bold(shown(event.title))}${event.virtual ? pc.yellow(" (virtual module)") : ""}\n`);
      // Its own signal handling would call process.exit in the middle of a write (packages.md, finding 6).
      const list = new Listr(tasks, {
        registerSignalListeners: false,
        rendererOptions: { showErrorMessage: false, suffixSkips: false },
      });
      // The failure is told by the run's result; the list only draws it.
      await list.run().catch(() => undefined);
    });
  };

  const emit = (event: RunEvent): void => {
    switch (event.type) {
      case "plan":
        begin(event);
        return;
      case "stage-start":
        return;
      case "stage-end":
        lines.get(event.stage)?.end(event);
        return;
      case "progress": {
        const now = percent(event.doneBytes, event.totalBytes);
        const step = now - (now % PROGRESS_STEP_PERCENT);
        lines.get(event.stage)?.show(`${step} % of ${formatBytes(event.totalBytes)}, ${event.label}`);
        return;
      }
      case "wait":
        lines.get(event.stage)?.show(`waiting for ${event.name}, at most ${formatSeconds(event.deadlineMs)}`);
        return;
      case "line":
        if (event.from === "note") lines.get(event.stage)?.show(event.text);
        return;
      case "mode":
        return;
      case "result": {
        for (const line of lines.values()) line.end(null);
        const colour = event.exit === 0 ? pc.green : pc.red;
        const text = [colour(resultLine(event)), ...event.summary.map((line) => `  ${shown(line)}`)];
        drawing = drawing.then(() => out.write(`${text.join("\n")}\n\n`));
      }
    }
  };
  return {
    emit,
    close: async () => {
      await drawing;
    },
  };
}
