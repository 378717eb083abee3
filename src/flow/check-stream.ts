import { asEcflashError, type EcflashError } from "../core/errors.js";
import type { ExitCode } from "../core/exits.js";
import type { Facts } from "../core/facts.js";
import type { ModuleReading } from "../core/reading.js";
import { TallyCounter } from "../core/tally.js";
import type { Judgement } from "../core/verdict.js";
import { type CheckEnd, endOf } from "./check-end.js";
import { type CheckOptions, exitOfOne, judgeLabelled } from "./check.js";

/** One thing to judge. `reading` makes the whole reading and is called only where somebody looks at it. */
export interface ToJudge {
  readonly kind: "reading";
  /** What the text itself says the hardware is (a column `label`); it outranks no other declaration, all must agree. */
  readonly label: string | null;
  /** Equal for readings that differ only in source, IMEI digits and serial: they are judged once. Null: not known. */
  readonly alike: string | null;
  readonly reading: () => ModuleReading;
}

export interface Failed {
  readonly kind: "failure";
  readonly source: string;
  readonly error: EcflashError;
}

/** What `check` hands on as it goes: one judged module, or one input that could not be judged. */
export type CheckItem =
  | { readonly kind: "judgement"; readonly judgement: Judgement; readonly exit: ExitCode }
  | Failed;

/** What is the same for all readings of one kind and one declaration. */
interface Kind {
  readonly judgement: Judgement;
  readonly exit: ExitCode;
  readonly wanted: boolean;
}

/** Kinds that are kept; a fleet has as many as revisions and labels. A hostile text could have one a line. */
const KINDS_LIMIT = 4096;

/**
 * Judges inputs as they come, in their order, a batch at a time: nothing but counts is kept, so memory does not grow with
 * the number of records. Iterate it once, to its end; `end()` then tells the counts and the exit.
 */
export class CheckStream implements AsyncIterable<readonly CheckItem[]> {
  readonly #kinds = new Map<string, Kind>();
  readonly #counter = new TallyCounter();
  #ended = false;

  constructor(
    private readonly inputs: AsyncIterable<readonly (ToJudge | Failed)[]>,
    private readonly facts: Facts,
    private readonly options: CheckOptions,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly CheckItem[]> {
    for await (const batch of this.inputs) {
      const items: CheckItem[] = [];
      for (const input of batch) {
        const item = input.kind === "failure" ? this.#failed(input) : this.#judged(input);
        if (item !== null) items.push(item);
      }
      if (items.length > 0) yield items;
    }
    this.#ended = true;
  }

  /** Counts and exit of the whole. Throws RangeError while the stream was not read to its end. */
  end(): CheckEnd {
    if (!this.#ended) throw new RangeError("a check stream ends where its last batch was read");
    return endOf(this.#counter, this.options.fleet);
  }

  #failed(failed: Failed): Failed {
    this.#counter.failed(failed.error.exit);
    return failed;
  }

  #judged(input: ToJudge): CheckItem | null {
    let kind: Kind;
    try {
      kind = this.#kindOf(input);
    } catch (error) {
      return this.#failed({ kind: "failure", source: input.reading().source, error: asEcflashError(error) });
    }
    this.#counter.judged(kind.judgement.verdict, kind.exit);
    if (!kind.wanted) return null;
    const judgement = { ...kind.judgement, reading: input.reading() };
    return { kind: "judgement", judgement, exit: kind.exit };
  }

  /** Throws what `judgeLabelled` throws. */
  #kindOf(input: ToJudge): Kind {
    // A fleet looks at the identity of every record.
    const alike = this.options.fleet === undefined ? input.alike : null;
    const known = alike === null ? undefined : this.#kinds.get(alike);
    if (known !== undefined) return known;
    const judgement = judgeLabelled(input.reading(), input.label, this.facts, this.options);
    const kind = {
      judgement,
      exit: exitOfOne(judgement, this.options),
      wanted: this.options.only === undefined || this.options.only.includes(judgement.verdict),
    };
    if (alike !== null && this.#kinds.size < KINDS_LIMIT) this.#kinds.set(alike, kind);
    return kind;
  }
}
