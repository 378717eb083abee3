import type { Answers } from "./firehose-answers.js";
import type { FirehoseSetup } from "./firehose-setup.js";

/** Commands that name no place in the NAND. */
export type PlainCommand = "configure" | "getstorageinfo" | "nop" | "benchmark" | "power";

type Attributes = Readonly<Record<string, string>>;

const FROM_TARGET_BYTES = 4096;

/** How a programmer answers what touches no page (domain.md 4.2, 4.2b). */
export class PlainCommands {
  readonly #setup: FirehoseSetup;
  readonly #answers: Answers;

  constructor(setup: FirehoseSetup, answers: Answers) {
    this.#setup = setup;
    this.#answers = answers;
  }

  answer(name: PlainCommand, attributes: Attributes): void {
    if (name === "configure") this.#configure(attributes);
    else if (name === "getstorageinfo") this.#storageInfo();
    else if (name === "power") this.#power(attributes);
    else if (name === "benchmark") this.#benchmark(attributes);
    else this.#answers.respond("ACK");
  }

  #configure(attributes: Attributes): void {
    const { state, switches } = this.#setup;
    const wanted = Number(attributes["MaxPayloadSizeToTargetInBytes"] ?? 0);
    const fits = wanted > 0 && wanted <= switches.payloadLimitBytes;
    state.configured = fits;
    if (fits) {
      state.payloadBytes = wanted;
      state.awaitsZlp = switches.zlpAware && attributes["ZlpAwareHost"] === "1";
    }
    this.#answers.respond(fits ? "ACK" : "NAK", {
      MinVersionSupported: 1,
      MemoryName: "NAND",
      MaxPayloadSizeFromTargetInBytes: FROM_TARGET_BYTES,
      MaxPayloadSizeToTargetInBytes: fits ? wanted : switches.payloadLimitBytes,
      MaxPayloadSizeToTargetInBytesSupported: switches.payloadLimitBytes,
      MaxXMLSizeInBytes: 4096,
      Version: 1,
      TargetName: "9x07",
    });
  }

  #storageInfo(): void {
    const { nand, switches, faults } = this.#setup;
    if (switches.storageInfo === "refused" || faults.fires(["storage-info-refused"]) !== null) {
      this.#answers.respond("NAK");
      return;
    }
    const { blockCount, pageSizeBytes, pagesPerBlock } = nand.geometry;
    const blockSize = switches.storageBlockSize === "bytes" ? pageSizeBytes * pagesPerBlock : pagesPerBlock;
    const info = {
      total_blocks: blockCount,
      block_size: blockSize,
      page_size: pageSizeBytes,
      mem_type: "NAND",
      prod_name: "VIRTUAL-NAND",
    };
    this.#answers.log(`INFO: ${JSON.stringify({ storage_info: info })}`);
    this.#answers.respond("ACK");
  }

  /** Its name is in the handler table (domain.md 4.2b). Its words are expected; this one measures nothing and writes nothing. */
  #benchmark(attributes: Attributes): void {
    this.#answers.log(`INFO: benchmark, trials ${attributes["trials"] ?? "0"}`);
    this.#answers.respond("ACK");
  }

  #power(attributes: Attributes): void {
    const { state } = this.#setup;
    const value = attributes["value"] ?? "reset";
    if (value !== "reset" && value !== "off") {
      this.#answers.log(`ERROR: power "${value}" is not supported`);
      this.#answers.respond("NAK");
      return;
    }
    this.#answers.log(`Inside handlePower() - Requested POWER_${value.toUpperCase()}`);
    this.#answers.respond("ACK");
    state.mute = true;
    if (value === "off") this.#setup.powerOff();
    else this.#setup.reset(Number(attributes["DelayInSeconds"] ?? 0) * 1000);
  }
}
