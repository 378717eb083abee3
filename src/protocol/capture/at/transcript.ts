import { asksImei, hasManyLines, headOf, isModelName, nameOf, readBare, readNamed } from "./answers.js";
import { commandOf } from "./command.js";
import { ExampleWatch } from "./examples.js";
import { statementsOf } from "./statements.js";
import { Rejoiner } from "./wrapped.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { modemKey, portKey } from "../place.js";
import { revisionText } from "../revision-text.js";

/** Lines that come on their own and end nothing: URCs without a name, NMEA. */
const UNASKED = /^(?:RDY|RING|NO CARRIER|NORMAL POWER DOWN|POWERED DOWN)$|^\$G[A-Z]{3,4},/;

/** Command lines are short; a longer line names no port. */
const SHELL_LIMIT = 256;

const FAILURE = /^(?:ERROR$|\+CM[ES] ERROR:\s*(?<what>[^(]*))/;

/**
 * An AT dialogue as any terminal shows it: with or without echo, prompts before the command, URCs spliced in, blank
 * lines lost. A bare revision counts only as the answer to a command that asks for it; where echo was never seen, also
 * when an OK follows it at once. Text that merely mentions a revision is never one.
 */
export function atTranscript(): LineReader {
  const dialogue = new Dialogue();
  const rejoiner = new Rejoiner();
  const examples = new ExampleWatch();
  return (line) => {
    if (examples.isExample(line)) return dialogue.interrupted();
    const place = placeOf(line);
    const found = statementsOf(line)
      .flatMap((statement) => rejoiner.push(statement))
      .flatMap((statement) => dialogue.read(statement));
    return place === null ? found : [subject(place), ...found];
  };
}

class Dialogue {
  /** The command whose answer is awaited; empty when none is. */
  #command = "";
  #answered = false;
  /** Seen, but counts only once OK follows. */
  #held: Observation[] = [];
  #echo: "unknown" | "on" | "off" = "unknown";
  readonly #unechoed = new UnechoedIdentity();

  read(statement: string): readonly Observation[] {
    const command = commandOf(statement);
    if (command !== null) return this.#asked(command);
    if (statement === "OK") return this.#succeeded();
    const failure = FAILURE.exec(statement);
    if (failure !== null) return this.#failed(failure.groups?.["what"]?.trim() ?? null, statement);
    const name = nameOf(statement);
    if (name !== null) return this.#named(name, statement);
    return UNASKED.test(statement) ? [] : this.#bare(statement);
  }

  /** Something else stands between: what was awaited does not come any more. */
  interrupted(): readonly Observation[] {
    this.#end();
    this.#unechoed.forget();
    return [];
  }

  #asked(command: string): readonly Observation[] {
    this.#end();
    this.#command = command;
    this.#echo = command === "ATE0" ? "off" : "on";
    this.#unechoed.forget();
    return [];
  }

  #succeeded(): readonly Observation[] {
    const found = this.#held;
    const empty = asksImei(this.#command) && !this.#answered;
    this.#end();
    return empty ? [...found, { kind: "imei-empty" }] : found;
  }

  #failed(code: string | null, statement: string): readonly Observation[] {
    const command = this.#command;
    this.#end();
    if (command.startsWith("AT+CFUN=1")) return [{ kind: "cfun-error", text: withoutRemark(statement) }];
    return command === "AT+CPIN?" && code !== null ? [{ kind: "sim", text: `CME ERROR ${code}` }] : [];
  }

  #named(name: string, statement: string): readonly Observation[] {
    if (headOf(this.#command) === `AT${name}`) this.#answered = true;
    return readNamed(name, statement, this.#command);
  }

  #bare(statement: string): readonly Observation[] {
    if (this.#command === "")
      return this.#echo === "on" ? this.#unechoed.read(statement) : this.#readUnechoed(statement);
    // All but ATI and AT+CVERSION answer with one bare line; a second one is somebody talking.
    const answer = this.#answered && !hasManyLines(this.#command) ? null : readBare(statement, this.#command);
    if (answer === null) {
      this.#end();
      return [];
    }
    this.#answered = true;
    this.#held.push(...answer.onceConfirmed);
    return answer.now;
  }

  #readUnechoed(statement: string): readonly Observation[] {
    const revision = revisionText(statement);
    if (revision?.shape === "quectel") {
      // Only AT+QGMR gives more than the short form (domain.md 1.3).
      const from = /[_#]/.test(revision.text) ? "AT+QGMR" : "AT+CGMR";
      this.#held = [{ kind: "revision", text: revision.text, from }];
      return [];
    }
    this.#held = [];
    return this.#unechoed.read(statement);
  }

  #end(): void {
    this.#command = "";
    this.#answered = false;
    this.#held = [];
  }
}

/** The answers to ATI and AT+CVERSION, known by their order where no command was echoed or a sentence names it. */
class UnechoedIdentity {
  #before: readonly string[] = [];

  read(line: string): readonly Observation[] {
    const whole = /^Quectel (?<model>[A-Z]{2}\d{2}\w?) Revision: (?<text>\S+)$/.exec(line)?.groups;
    const [first = "", second = ""] = whole === undefined ? this.#before : ["Quectel", whole["model"] ?? ""];
    this.#before = [second, line].slice(-2);
    const revision = revisionText(
      whole?.["text"] ?? /^Revision:(?<text>.*)$/.exec(line)?.groups?.["text"] ?? "",
    );
    if (first === "Quectel" && isModelName(second) && revision !== null)
      return [
        { kind: "maker", text: first },
        { kind: "model", text: second },
        { kind: "revision", text: revision.text, from: "ATI" },
      ];
    const version = revisionText(/^VERSION:(?<text>.*)$/.exec(first)?.groups?.["text"] ?? "");
    if (line.startsWith("Authors:") && version !== null)
      return [{ kind: "revision", text: version.text, from: "AT+CVERSION" }];
    return [];
  }

  forget(): void {
    this.#before = [];
  }
}

function withoutRemark(statement: string): string {
  return statement.replace(/\s*\([^)]*\)\s*$/, "");
}

/** The port a shell command speaks to: `echo AT | atinout - /dev/ttyUSB2 -`, `picocom -b 115200 /dev/ttyUSB2`, `mmcli -m 1`. */
function placeOf(line: string): string | null {
  if (line.length > SHELL_LIMIT) return null;
  const modem = /\bmmcli -m (?<number>\d{1,5}) --command=/.exec(line)?.groups?.["number"];
  if (modem !== undefined) return modemKey(`/Modem/${modem}`);
  const device =
    /\b(?:atinout|picocom|minicom|screen|cu|socat|microcom|gcom|cat|tio|comgt|pipeserial|sms_tool|busybox|chat)\b.{0,80}?(?<port>\/dev\/(?:tty|cua)[\w.]{1,12})|>\s?(?<to>\/dev\/(?:tty|cua)[\w.]{1,12})/.exec(
      line,
    )?.groups;
  const port = device?.["port"] ?? device?.["to"];
  return port === undefined ? null : portKey(port);
}
