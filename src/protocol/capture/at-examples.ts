/** Words that announce what somebody should see, and not what a module said. */
const ANNOUNCED =
  /\b(?:expected|expect|example (?:output|answer|response)|should (?:be|look|return|answer|show|print|read|say)|sample (?:output|answer|response))\b[^.:]{0,60}:\s*$/i;
const HEADING = /^\|.*\b(?:expected|expect|example|should|sample|target|required)\b/i;

/** An announced example is short; behind it real text may follow without a blank line. */
const REACH_LINES = 12;

/**
 * Knows the lines that are an example: below "Expected output:" up to the next blank line, and the rows of a table whose
 * head says so.
 */
export class ExampleWatch {
  #left = 0;
  #begun = false;
  #inTable = false;

  isExample(line: string): boolean {
    const text = line.length > 256 ? "" : line.trim();
    if (text.startsWith("|")) {
      this.#inTable ||= HEADING.test(text);
      return this.#inTable;
    }
    this.#inTable = false;
    if (ANNOUNCED.test(text)) {
      this.#left = REACH_LINES;
      this.#begun = false;
      return true;
    }
    if (this.#left === 0) return false;
    if (text === "" && this.#begun) {
      this.#left = 0;
      return false;
    }
    this.#left -= 1;
    if (text !== "") this.#begun = true;
    return true;
  }
}
