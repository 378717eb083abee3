import type { Clock } from "../core/bus.js";

/** Takes back what was planned. */
export type Cancel = () => void;

interface Plan {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A driven world looks up this often even when nothing is planned. */
const LONGEST_REST_MS = 60_000;

/**
 * Time inside a virtual world. Nothing runs by itself: what is due happens when a host looks, so a world holds no timer
 * of the process and a killed host leaves no work half done. Model times are scaled, a host's deadlines are not.
 */
export class Scheduler {
  readonly #clock: Clock;
  readonly #timeScale: number;
  readonly #plans = new Set<Plan>();
  readonly #alarms = new Set<AbortController>();
  #order = 0;
  /** While a plan runs: the moment it was due, so that chains keep their distances however late a host looks. */
  #logicalMs: number | null = null;

  constructor(clock: Clock, timeScale: number) {
    this.#clock = clock;
    this.#timeScale = timeScale;
  }

  /** Model milliseconds as host milliseconds. */
  scaled(ms: number): number {
    return ms * this.#timeScale;
  }

  /** Runs `run` in `ms` model milliseconds. `fromNow` counts from the clock even inside a plan: for what repeats. */
  after(ms: number, run: () => void, { fromNow = false } = {}): Cancel {
    const base = fromNow ? this.#clock.nowMs() : (this.#logicalMs ?? this.#clock.nowMs());
    const plan: Plan = { dueMs: base + this.scaled(ms), order: this.#order++, run };
    this.#plans.add(plan);
    this.wake();
    return () => this.#plans.delete(plan);
  }

  /** Lets everything happen that is due by now, in its order. */
  runDue(): void {
    const now = this.#clock.nowMs();
    for (let plan = this.#first(); plan !== null && plan.dueMs <= now; plan = this.#first()) {
      this.#plans.delete(plan);
      this.#logicalMs = plan.dueMs;
      try {
        plan.run();
      } finally {
        this.#logicalMs = null;
      }
    }
  }

  /** Tells every waiting host to look again. */
  wake(): void {
    for (const alarm of this.#alarms) alarm.abort();
    this.#alarms.clear();
  }

  /** The first value `poll` gives within `deadlineMs` of the host's time, or undefined. What `poll` throws is thrown. */
  async until<T>(poll: () => T | undefined, deadlineMs: number): Promise<T | undefined> {
    const end = this.#clock.nowMs() + deadlineMs;
    for (;;) {
      this.runDue();
      const found = poll();
      if (found !== undefined) return found;
      const now = this.#clock.nowMs();
      if (now >= end) return undefined;
      await this.#rest(Math.min(end, this.#first()?.dueMs ?? end) - now);
    }
  }

  /**
   * Keeps time going until `signal` is aborted, for attachments whose hosts are outside of this process: what is due
   * happens when it is due, and `look` is called after everything that happened.
   */
  async drive(look: () => void, signal: AbortSignal): Promise<void> {
    const stop = () => this.wake();
    const lookOnce = () => {
      look();
      return signal.aborted ? true : undefined;
    };
    signal.addEventListener("abort", stop);
    try {
      while (!signal.aborted) await this.until(lookOnce, LONGEST_REST_MS);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** A wait of the model itself, for example the time a transfer takes on the wire. */
  async pause(ms: number): Promise<void> {
    await this.#clock.sleep(this.scaled(ms));
  }

  async #rest(ms: number): Promise<void> {
    const alarm = new AbortController();
    this.#alarms.add(alarm);
    try {
      await this.#clock.sleep(Math.max(ms, 0), alarm.signal);
    } catch (error) {
      // A woken sleeper is no failure; anything else is the clock's own.
      if (!alarm.signal.aborted) throw error;
    } finally {
      this.#alarms.delete(alarm);
    }
  }

  #first(): Plan | null {
    let first: Plan | null = null;
    for (const plan of this.#plans) {
      const earlier =
        first === null ||
        plan.dueMs < first.dueMs ||
        (plan.dueMs === first.dueMs && plan.order < first.order);
      if (earlier) first = plan;
    }
    return first;
  }
}

/** What one powered thing has planned; losing power forgets all of it. */
export class Timers {
  readonly #scheduler: Scheduler;
  readonly #cancels = new Set<Cancel>();

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  after(ms: number, run: () => void, options: { fromNow?: boolean } = {}): Cancel {
    const cancel = this.#scheduler.after(
      ms,
      () => {
        this.#cancels.delete(cancel);
        run();
      },
      options,
    );
    this.#cancels.add(cancel);
    return cancel;
  }

  clear(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
