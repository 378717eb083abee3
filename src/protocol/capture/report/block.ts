import { isOtherMake } from "../../../core/maker.js";
import { type Observation, subject } from "../observation.js";
import { ReportFields } from "./report-fields.js";
import type { Pair } from "./pairs.js";
import { isQuectelShape } from "../revision-text.js";

/** Lines of something else, this many of them, end a report. */
const STRANGE_LIMIT = 2;
/** Lines of other names belong to the same report: `VersionFormat`, `Guid`. */
const OTHER_NAMES_LIMIT = 8;
const OTHER_NAME = /^\s{0,16}[A-Za-z][\w ./-]{0,30}[:=]\s+\S/;

/** One report as its lines come, until something says that it is over. `number` tells it from the others of the text. */
export class ReportBlock {
  /** Something beside it names the unit itself. */
  isUnit = false;
  /** Names and values stand in lines of their own, as on a page that was copied. */
  isPage = false;
  /** It has a GUID of USB ids: `fwupdText` knows a module with other firmware by them. */
  isKnownById = false;
  readonly #fields = new ReportFields();
  readonly #isDrawn: boolean;
  /** The name and value that it begins with; each report of a list begins with the same name. */
  #first: Pair | null = null;
  #strange = 0;
  #others = 0;
  #isEmptyLine = false;

  /** `heading` is the name over a device in the tree that fwupdmgr draws. */
  constructor(
    private readonly number: number,
    heading: string | null = null,
  ) {
    this.#isDrawn = heading !== null;
    if (heading !== null) this.#fields.put("", "model", heading);
  }

  add(pairs: readonly Pair[]): void {
    this.proceed();
    this.#first ??= pairs[0] ?? null;
    for (const [name, field, value] of pairs) this.#fields.put(name, field, value);
  }

  /** A line of it ends whatever stood between. */
  proceed(): void {
    this.#strange = 0;
    this.#others = 0;
    this.#isEmptyLine = false;
  }

  /** Whether a line that is none of it is one too many. */
  isEndedBy(text: string): boolean {
    // Some put an empty line between any two.
    const wasEmptyLine = this.#isEmptyLine;
    this.#isEmptyLine = text === "";
    if (this.#isEmptyLine && !wasEmptyLine) return false;
    if (OTHER_NAME.test(text)) this.#others += 1;
    else this.#strange += 1;
    const isOver = this.#strange > STRANGE_LIMIT || this.#strange + this.#others > OTHER_NAMES_LIMIT;
    return isOver && (this.isUnit || !this.#fields.isEmpty);
  }

  /** A second host, revision or IMEI is of the next module, and so is another make; a router's firmware is no second one. */
  isOfNext([name, field, value]: Pair): boolean {
    const fields = this.#fields;
    const revision = fields.get("revision") ?? "";
    if (field === "maker" && isOtherMake(value) && isQuectelShape(revision)) return true;
    if (field === "revision")
      return isQuectelShape(value) && isQuectelShape(revision) && !fields.isSame(name, value);
    if (name === this.#first?.[0] && value !== this.#first[2]) return true;
    if (field === "host") return fields.has(field) && fields.has("revision");
    return (field === "imei" || field === "maker") && fields.has(field);
  }

  /** Whose it is; null where it is no report of a module. `before` is whose the report before it was. */
  whose(before: string | null): string | null {
    if (this.#isOther()) return null;
    // What runs after an update is told without saying again whose it is.
    if (before !== null && this.#fields.isNews()) return before;
    return this.#fields.isReport(this.isUnit) ? this.#key() : null;
  }

  /** What it says of the module of this key. */
  observations(key: string): readonly Observation[] {
    // Maker, model and firmware stand on the pages of shops, too.
    const isOfOne = (["imei", "serial", "live"] as const).some((field) => this.#fields.has(field));
    if (this.isPage && !isOfOne) return [];
    return [subject(key), ...this.#fields.observations("report", ["label"]), subject(null)];
  }

  /** fwupdmgr lists webcams, too. */
  #isOther(): boolean {
    if (!this.#isDrawn) return false;
    const isForeign = isOtherMake(this.#fields.get("maker") ?? "other");
    return isForeign || (this.isKnownById && !isQuectelShape(this.#fields.get("revision") ?? ""));
  }

  #key(): string {
    const fields = this.#fields;
    const identity = fields.get("imei") ?? fields.get("serial");
    if (identity !== undefined && !/^\D*$|^0+$/.test(identity)) return `imei:${identity}`;
    // A port has the same name on every host; the path of a device is what fwupd and ModemManager say of one host.
    const place = fields.placeKey();
    return place?.startsWith("path:") === true && !fields.has("host") ? place : `report:${this.number}`;
  }
}
