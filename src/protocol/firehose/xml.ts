import { SaxesParser } from "saxes";

/** One element of a Firehose message: `<log value=.../>`, `<response .../>`, `<program .../>`. */
export interface FirehoseElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Elements inside `<data>` of one message. Null when the text is not well-formed XML. */
export function parseFirehose(text: string): FirehoseElement[] | null {
  const parser = new SaxesParser();
  const found: FirehoseElement[] = [];
  let broken = false;
  parser.on("error", () => {
    broken = true;
  });
  parser.on("opentag", (tag) => {
    if (tag.name !== "data") found.push({ name: tag.name, attributes: tag.attributes });
  });
  try {
    parser.write(text).close();
  } catch {
    // saxes throws on text after an error it already reported; the answer is the same.
    broken = true;
  }
  return broken ? null : found;
}

/**
 * A message with one element, as hosts and programmers send it. The MDM9x07 programmer ends a log line without a blank
 * and a response with one (github.com/Biktorgj/quectel_eg25_recovery issue 1).
 */
export function formatFirehose(name: string, attributes: Readonly<Record<string, string | number>>): string {
  const list = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`,
  );
  const end = name === "log" ? "/>" : " />";
  return `<?xml version="1.0" encoding="UTF-8" ?>\n<data>\n<${name}${list.join("")}${end}\n</data>\n`;
}

function escapeAttribute(value: string): string {
  return value.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

const END_OF_MESSAGE = "</data>";

/** Programmers fill up with NULs between messages. */
const BLANK = /^[\s\0]+/;

function junk(text: string): FirehoseElement[] {
  const value = text.replace(BLANK, "");
  return value === "" ? [] : [{ name: "junk", attributes: { value } }];
}

/** Larger than any answer of a programmer (4 KiB by its own `MaxXMLSizeInBytes`); more without an end is junk. */
const MESSAGE_LIMIT = 65536;

/**
 * Transfers in, elements out. Several messages may come in one transfer and one message in several; each message
 * starts with its own XML header and ends with `</data>`.
 */
export class FirehoseReader {
  #rest = "";
  readonly #decoder = new TextDecoder();

  push(bytes: Uint8Array): FirehoseElement[] {
    this.#rest += this.#decoder.decode(bytes, { stream: true });
    const found: FirehoseElement[] = [];
    for (let end = this.#rest.indexOf(END_OF_MESSAGE); end >= 0; end = this.#rest.indexOf(END_OF_MESSAGE)) {
      const message = this.#rest.slice(0, end + END_OF_MESSAGE.length);
      this.#rest = this.#rest.slice(end + END_OF_MESSAGE.length);
      const start = Math.max(message.lastIndexOf("<?xml"), 0);
      // Half a message, or bytes of another conversation: kept, so that no word of the programmer is lost.
      found.push(...junk(message.slice(0, start)));
      const text = message.slice(start).replace(BLANK, "");
      found.push(...(parseFirehose(text) ?? junk(text)));
    }
    if (this.#rest.length > MESSAGE_LIMIT) this.#rest = "";
    return found;
  }
}
