/** Words that announce what somebody should see, and not what a module said. */
const ANNOUNCED =
  /\b(?:expected|expect|example (?:output|answer|response)|should (?:be|look|return|answer|show|print|read|say)|sample (?:output|answer|response))\b[^.:]{0,60}:\s*$/i;
const HEADING = /^\|.*\b(?:expected|expect|example|should|sample|target|required)\b/i;
const FINAL = /^[>\s]{0,8}(?:OK|ERROR)$/;
/** Lines of the kernel's log come between any two others. */
const STAMPED = /^\[|^[A-Z][a-z]{2} [ \d]\d \d\d:/;

/** An announced example is short; behind it real text may follow with nothing between. */
const REACH_LINES = 12;
/** Longer lines announce nothing. */
const LENGTH_LIMIT = 256;

/**
 * Knows the lines that are an example: below "Expected output:" up to the empty line behind its result code, two empty
 * lines, or its reach; and the rows of a table whose head says so.
 */
export class ExampleWatch {
  #left = 0;
  #before = "";
  #inTable = false;

  isExample(line: string): boolean {
    const text = line.length > LENGTH_LIMIT ? "" : line.trim();
    if (text.startsWith("|")) {
      this.#inTable ||= HEADING.test(text);
      return this.#inTable;
    }
    if (text !== "" && !STAMPED.test(text)) this.#inTable = false;
    if (ANNOUNCED.test(text)) {
      this.#left = REACH_LINES;
      this.#before = text;
      return true;
    }
    if (this.#left === 0) return false;
    if (text !== "") this.#left -= 1;
    else if (this.#before === "" || FINAL.test(this.#before)) this.#left = 0;
    this.#before = text;
    return true;
  }
}
