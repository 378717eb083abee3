/**
 * What must not stand in a recording of traffic, replaced at the source by something of the same length and shape, so that
 * a replay parses as the module's own words did. `maskIdentities` is for what people read; this is for what is read again.
 */

/** Hex masks first, so that digits inside them are passed over. Runs that begin with eight zeros are nobody's: TAC 00000000. */
const HEX_OR_IDENTITY = /0x[\da-f]+|(?<identity>\d{14,})/gi;
/** No word character, `.` or `#` before it: the sub-edition of a revision (`_30.005.30.005`) has the form of an address. */
const DECIMAL_ADDRESS = /(?<![\w.#])(?:\d{1,3}\.){3,15}\d{1,3}(?![\w.])/g;
const COLON_ADDRESS = /(?<![\w:])(?=[\da-f:]*::|(?:[\da-f]{1,4}:){7})[\da-f:]{2,39}(?![\w:])/gi;
/** The connect test pings these (core/at-commands.ts), and zeros stand for "none". */
const NOBODYS_ADDRESS: readonly string[] = ["8.8.8.8", "2001:4860:4860::8888", "::"];
const PHONE = /(?<=\+)\d{7,15}(?!\d)/g;
/** Lines that carry numbers of people, and messages; a line behind one of the second kind is the message. */
const OF_PEOPLE =
  /^\s*(?:AT\s*)?(?:D[\d+*#]|\+(?:CNUM|CSCA|CMG[A-Z]|CMT|CDS|CLIP|CLCC|CCWA|CPB[RFW]|CUSD|COLP)\b)/i;
const MESSAGE_FOLLOWS = /^\s*\+(?:CMGL|CMGR|CMT|CDS):/i;
const OF_A_PLACE = /^\s*(?:\+(?:C[EG]?REG|QENG|QCELLINFO)\b|\$)/i;
const SERIAL_NUMBER = /^\s*\+EGMR:/i;
const CHIP_SERIAL = /(?<=serial num[^\da-z]*)(?:0x)?[\da-f]+/gi;

/** Masks texts and messages of one recording: an identity gets the same placeholder wherever it stands in it. */
export class TrafficMask {
  readonly #placeholders = new Map<string, string>();

  /** Whole lines of an AT port, or a Firehose message. The result has the length of `text`; masking it again changes nothing. */
  text(text: string): string {
    let message = false;
    return text
      .split(/([\r\n]+)/)
      .map((line) => {
        if (/^[\r\n]*$/.test(line)) return line;
        const isMessage = message && !/^\s*(?:OK|ERROR|\+)/.test(line);
        message = MESSAGE_FOLLOWS.test(line);
        return isMessage ? line.replace(/[^\s\d]/g, "x").replace(/\d/g, "0") : this.#line(line);
      })
      .join("");
  }

  /** Runs of digits inside bytes that were read as characters: an IMEI in a QMI message is text. */
  binary(characters: string): string {
    return characters.replace(/\d{14,}/g, (digits) => this.#identity(digits));
  }

  /** A part of a line, whose other part nobody sees: no digit of it stays. */
  fragment(text: string): string {
    return text.replace(/\d/g, "0");
  }

  #line(line: string): string {
    if (OF_PEOPLE.test(line))
      return line
        .replace(/\d{5,}/g, zeros)
        .replace(/"[\da-f]{8,}"/gi, (hex) => hex.replace(/[\da-f]/gi, "0"));
    if (OF_A_PLACE.test(line))
      return line.trimStart().startsWith("$")
        ? zerosIn(line)
        : line.replace(/(?<!\w)[\da-f]{4,}(?!\w)|\d{14,}/gi, zeros);
    if (SERIAL_NUMBER.test(line) && !/"\d{14,}"/.test(line))
      return line.replace(/"[^"]*"/g, (field) => field.replace(/[a-z]/gi, "A").replace(/\d/g, "0"));
    return line
      .replace(CHIP_SERIAL, (serial) => (/^0x/i.test(serial) ? `0x${zeros(serial.slice(2))}` : zeros(serial)))
      .replace(HEX_OR_IDENTITY, (found: string, identity: string | undefined) =>
        identity === undefined ? found : this.#identity(identity),
      )
      .replace(DECIMAL_ADDRESS, decimalAddress)
      .replace(COLON_ADDRESS, (address) =>
        NOBODYS_ADDRESS.includes(address.toLowerCase()) ? address : address.replace(/[\da-f]+/gi, firstOne),
      )
      .replace(PHONE, zeros);
  }

  /** Zeros and a number, so that two modules of one recording stay two. All zeros mean that nothing is there, and stay. */
  #identity(digits: string): string {
    if (digits.startsWith("00000000")) return digits;
    const known = this.#placeholders.get(digits);
    if (known !== undefined) return known;
    const made = String((this.#placeholders.size + 1) % 1_000_000).padStart(digits.length, "0");
    this.#placeholders.set(digits, made);
    return made;
  }
}

/** A text by which a command is found again, whoever's identity is in it. */
export function shapeOf(text: string): string {
  return new TrafficMask().text(text).replace(/\d{14,}/g, zeros);
}

function zeros(text: string): string {
  return "0".repeat(text.length);
}

function zerosIn(text: string): string {
  return text.replace(/\d/g, "0");
}

/** `1`, `10`, `100`, `1000`: a number of the same length, in every place a valid one; zero stays zero. */
function firstOne(digits: string): string {
  return /^0*$/.test(digits) ? digits : `1${zeros(digits.slice(1))}`;
}

function decimalAddress(address: string): string {
  const parts = address.split(".");
  if (NOBODYS_ADDRESS.includes(address) || parts.some((part) => /^0\d/.test(part))) return address;
  return parts.map(firstOne).join(".");
}
