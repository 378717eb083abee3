import { unstamped } from "./decorations.js";
import { isKernelLine } from "../host/kernel-line.js";

/** Words that announce what somebody should see, and not what a module said. */
const ANNOUNCED =
  /\b(?:expected|expect|example (?:output|answer|response)|should (?:be|look|return|answer|show|print|read|say)|sample (?:output|answer|response))\b[^.:]{0,60}:\s*$/i;
/** The same in the languages that people write in. */
const ANNOUNCED_ABROAD =
  /(?:beispiel|erwartet|exemple de|attendue?|ejemplo de|esperad[oa]|esempio|atteso|contoh|oczekiwan|przykład|ожидаем|пример|示例|预期|期望|应返回)[^.:：]{0,60}[:：]\s*$/i;
/** Alone in its line, as in manuals; and all the answers that there are to a command. */
const ALONE =
  /^(?:for )?(?:examples?|beispiele?|exemples?|ejemplos?|esempi[oi]?|contoh|пример|示例)\s?[:：]?$|^(?:possible )?(?:responses|answers|replies|values):$/i;
/** What came instead of what was expected is what a module said. */
const CAME_INSTEAD = /\b(?:but|got|get|gives|instead|actual(?:ly)?|not (?:what|as|the))\b/i;
const HEADING =
  /^\|.*\b(?:expected|expect|example|should|sample|target|required|affected|latest|minimum|recommended)\b/i;
const FINAL = /^[>\s]{0,8}(?:OK|ERROR)$/;
/** An announced example is short; behind it real text may follow with nothing between. */
const REACH_LINES = 12;
/** A comment of source code shows what an answer looks like, unless it keeps a result. */
const COMMENT_OPENS = /^\/\*+(?!.*\*\/)/;
const COMMENT_CLOSES = /\*\/$/;
const KEPT = /\b(?:result|output|log|capture)/i;
const COMMENT_LINES = 40;
/** Longer lines announce nothing. */
const LENGTH_LIMIT = 256;

/**
 * Knows the lines that are an example: below "Expected output:" (with any empty lines, and the fence that was there) up to
 * the empty line behind its result code, two empty lines, or its reach; and the rows of a table whose head says so.
 */
export class ExampleWatch {
  #left = 0;
  #before = "";
  #inTable = false;
  /** Lines that a comment of source code may still have. */
  #comment = 0;

  isExample(line: string): boolean {
    const text = line.length > LENGTH_LIMIT ? "" : unstamped(line.trim());
    if (text.startsWith("|")) {
      this.#inTable ||= HEADING.test(text);
      return this.#inTable;
    }
    if (text !== "" && !isKernelLine(text)) this.#inTable = false;
    if (this.#isComment(text)) return true;
    if (isAnnounced(text)) {
      this.#left = REACH_LINES;
      this.#before = text;
      return true;
    }
    if (this.#left === 0) return false;
    if (text !== "") this.#left -= 1;
    else if (this.#left < REACH_LINES && (this.#before === "" || FINAL.test(this.#before))) this.#left = 0;
    this.#before = text;
    return true;
  }

  #isComment(text: string): boolean {
    if (COMMENT_OPENS.test(text)) this.#comment = COMMENT_LINES;
    if (this.#comment === 0) return false;
    this.#comment = COMMENT_CLOSES.test(text) || KEPT.test(text) ? 0 : this.#comment - 1;
    return true;
  }
}

function isAnnounced(text: string): boolean {
  if (ALONE.test(text)) return true;
  return (ANNOUNCED.test(text) || ANNOUNCED_ABROAD.test(text)) && !CAME_INSTEAD.test(text);
}
