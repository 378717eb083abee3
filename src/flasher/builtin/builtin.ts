import { asEcflashError, EcflashError, isEcflashError } from "../../core/errors.js";
import { describeStep, type PackageFile, type Plan, type PlanStep, rangeOf } from "../../core/plan.js";
import type { FlashEvidence, Flasher, FlashHooks, ItemEvidence } from "../flasher.js";
import type { FirehoseHost, Reply } from "./firehose-host.js";

const BAD_BLOCK = /Skipping: bad block/i;

/** ecflash's own engine: the plan over Firehose, item by item, in the plan's order. */
export function builtinFlasher(host: FirehoseHost): Flasher {
  return {
    engine: "builtin",
    flash: (plan, readFile, hooks) => new PlanRun(host, plan, readFile, hooks).execute(),
  };
}

class PlanRun {
  readonly #host: FirehoseHost;
  readonly #plan: Plan;
  readonly #readFile: (file: PackageFile) => Promise<Uint8Array>;
  readonly #hooks: FlashHooks;
  #doneBytes = 0;

  constructor(
    host: FirehoseHost,
    plan: Plan,
    readFile: (file: PackageFile) => Promise<Uint8Array>,
    hooks: FlashHooks,
  ) {
    this.#host = host;
    this.#plan = plan;
    this.#readFile = readFile;
    this.#hooks = hooks;
  }

  async execute(): Promise<FlashEvidence> {
    const images = await this.#readImages();
    this.#hooks.stop.throwIfAborted();
    await this.#hooks.beforeFirstErase();
    const items: ItemEvidence[] = [];
    for (const [index, step] of this.#plan.steps.entries())
      items.push(await this.#runItem(index + 1, step, images));
    return { engine: "builtin", items };
  }

  /** All images are read and measured before the first erase, so that a file can never stop a write half-way. */
  async #readImages(): Promise<ReadonlyMap<string, Uint8Array>> {
    const images = new Map<string, Uint8Array>();
    for (const step of this.#plan.steps) {
      if (step.kind !== "program" || images.has(step.file.path)) continue;
      const image = await this.#readFile(step.file);
      const { path, sizeBytes } = step.file;
      if (image.length !== sizeBytes)
        throw new EcflashError("package-length", { expectedBytes: sizeBytes, gotBytes: image.length });
      images.set(path, image);
    }
    return images;
  }

  async #runItem(
    item: number,
    step: PlanStep,
    images: ReadonlyMap<string, Uint8Array>,
  ): Promise<ItemEvidence> {
    try {
      this.#hooks.stop.throwIfAborted();
      const { reply, sentBytes } = await this.#send(step, images);
      const badBlocks = reply.logs.filter((line) => BAD_BLOCK.test(line)).length;
      return { item, step, accepted: true, sentBytes, acknowledged: true, badBlocks };
    } catch (error) {
      throw this.#asWriteError(error, item, step);
    }
  }

  async #send(
    step: PlanStep,
    images: ReadonlyMap<string, Uint8Array>,
  ): Promise<{ reply: Reply; sentBytes: number }> {
    const { geometry } = this.#plan;
    this.#hooks.progress(this.#doneBytes, describeStep(step));
    if (step.kind === "erase")
      return { reply: await this.#host.erase(geometry, rangeOf(step)), sentBytes: 0 };
    const image = images.get(step.file.path);
    if (image === undefined)
      throw new EcflashError("package-file-missing", { path: step.file.path, namedBy: "the plan" });
    let sentBytes = 0;
    const sent = (bytes: number) => {
      sentBytes += bytes;
      this.#doneBytes += bytes;
      this.#hooks.progress(this.#doneBytes, describeStep(step));
    };
    const name = step.file.path.split("/").at(-1) ?? step.file.path;
    const reply = await this.#host.program(geometry, rangeOf(step), name, image, sent);
    return { reply, sentBytes };
  }

  #asWriteError(error: unknown, item: number, step: PlanStep): EcflashError {
    const items = this.#plan.steps.length;
    // Only what the stop itself threw is an interruption: a NAK that came meanwhile keeps its own words.
    if (this.#hooks.stop.aborted && error === this.#hooks.stop.reason)
      return new EcflashError("write-interrupted", { item, items }, { cause: error });
    return new EcflashError(
      "write-failed",
      { item, items, step: describeStep(step), reason: reasonOf(error) },
      { cause: error },
    );
  }
}

function reasonOf(error: unknown): string {
  if (isEcflashError(error, "firehose-failed", "transfer-failed")) return error.facts.reason;
  if (isEcflashError(error, "module-gone")) return "the module left the bus";
  if (isEcflashError(error, "transfer-timeout")) return "the module stopped answering";
  return isEcflashError(error, "bug") ? error.facts.detail : asEcflashError(error).code;
}
