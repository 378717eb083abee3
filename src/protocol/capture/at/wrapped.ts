import { revisionText } from "../revision-text.js";

/** Nothing that a module answers is longer. */
const LENGTH_LIMIT = 200;
const REVISION_BEGUN = /^(?:(?:Revision|VERSION): ?)?[A-Z]{2}\d{2,3}[A-Z][A-Z\d]*(?:[_#][\w.#-]*)?$/;
const REVISION_WHOLE = /R\d\dA\d\d(?:V\d\d)?[ME]\d+G(?:[_#][\w.#-]*\w)?$/;

/**
 * Statements joined again where a mail or a narrow terminal broke them: behind a comma, a colon, an equals sign, or inside
 * a revision. Given one statement at a time; a broken one is held until the next.
 */
export class Rejoiner {
  #held: string | null = null;

  /** What can be read now. */
  push(statement: string): readonly string[] {
    const held = this.#held;
    this.#held = null;
    if (held !== null) {
      const whole = joined(held, statement);
      if (whole !== null) return this.#keepOrGive(whole);
      return [held, ...this.#keepOrGive(statement)];
    }
    return this.#keepOrGive(statement);
  }

  #keepOrGive(statement: string): readonly string[] {
    if (statement.length > LENGTH_LIMIT || !isBroken(statement)) return [statement];
    this.#held = statement;
    return [];
  }
}

function isBroken(statement: string): boolean {
  if (/^\+[A-Z]+: .*,$|^(?:Revision|VERSION):$|^AT\+[A-Z]+=$/.test(statement)) return true;
  return REVISION_BEGUN.test(statement) && !REVISION_WHOLE.test(statement) && /\d[A-Z]/.test(statement);
}

function joined(held: string, next: string): string | null {
  if (/[,=]$/.test(held)) return /^["\d(]/.test(next) ? held + next : null;
  if (held.endsWith(":")) return revisionText(next) === null ? null : `${held} ${next}`;
  const whole = held + next;
  return /^[\w.#]+$/.test(next) && REVISION_WHOLE.test(whole) ? whole : null;
}
