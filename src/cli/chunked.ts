import type { Output } from "../ui/view.js";

/** Large enough that a million lines cost few system calls. */
const CHUNK_CHARS = 65_536;

export interface Chunked extends Output {
  flush(): void;
}

/** Gathers small writes; all is out after `flush`, and at the latest when the event loop turns, so that live lines are not late. */
export function chunked(to: Output): Chunked {
  let held = "";
  let turn: NodeJS.Immediate | null = null;
  const flush = () => {
    if (turn !== null) clearImmediate(turn);
    turn = null;
    if (held === "") return;
    const text = held;
    held = "";
    to.write(text);
  };
  return {
    isTTY: to.isTTY,
    columns: to.columns,
    flush,
    write: (text) => {
      held += text;
      if (held.length >= CHUNK_CHARS) flush();
      else turn ??= setImmediate(flush);
    },
  };
}
