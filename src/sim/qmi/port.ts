import { SERVICE } from "../../protocol/qmi/services.js";
import { decodeQmi, encodeQmi, type QmiMessage } from "../../protocol/qmi/message.js";
import { QmiReader } from "../../protocol/qmi/reader.js";
import { resultTlv } from "../../protocol/qmi/tlv.js";
import { Clients } from "./clients.js";
import { ctlService } from "./ctl.js";
import { DMS, dmsNews } from "./dms.js";
import type { EncapsulatedPort } from "../encapsulated-port.js";
import { NAS, nasNews } from "./nas.js";
import { type ClientMemory, fail, newClient, type News, type Reply, type Service } from "./service.js";
import type { QmiHost, QmiState } from "./state.js";
import { UIM } from "./uim.js";
import { WDA } from "./wda.js";
import { endCall, wdsService } from "./wds.js";
import { WMS } from "./wms.js";

/** Messages kept for a host that does not fetch; the oldest goes first, its asker has long given up. */
const QUEUE_LIMIT = 64;

/** The QMI side of one running firmware (interface 4). Client ids, data calls and unread messages end with it. */
export class QmiPort implements EncapsulatedPort {
  readonly #host: QmiHost;
  readonly #reader = new QmiReader();
  readonly #clients = new Clients();
  readonly #services: ReadonlyMap<number, Service>;
  /** CTL has one client, everyone. */
  readonly #everyone = newClient();
  readonly #queue: Uint8Array[] = [];
  #told: () => void = () => undefined;
  #last: QmiState | null = null;

  constructor(host: QmiHost) {
    this.#host = host;
    this.#services = new Map([
      [SERVICE.ctl, ctlService(this.#clients)],
      [SERVICE.wds, wdsService()],
      [SERVICE.dms, DMS],
      [SERVICE.nas, NAS],
      [SERVICE.wms, WMS],
      [SERVICE.uim, UIM],
      [SERVICE.wda, WDA],
    ]);
  }

  send(command: Uint8Array): void {
    // A host killed inside a message must not make the module deaf: a whole message ends a half one (expected).
    if (this.#reader.pending && decodeQmi(command) !== null) this.#reader.reset();
    for (const frame of this.#reader.push(command)) {
      if (frame.kind === "message" && frame.message.kind === "request") this.#answer(frame.message);
    }
    this.changed();
  }

  take(): Uint8Array | null {
    return this.#queue.shift() ?? null;
  }

  available = (callback: () => void): void => {
    this.#told = callback;
  };

  /** To be called when the firmware's state may be another one: clients who asked for it get an indication. */
  changed(): void {
    const state = this.#host.qmiState();
    const before = this.#last;
    this.#last = state;
    if (state === null || before === null) return;
    if (state.mode !== before.mode)
      this.#tell(SERVICE.dms, ({ wants }) => (wants.has("operating-mode") ? [dmsNews(state)] : []));
    if (!state.registered && before.registered) this.#tell(SERVICE.wds, endCall);
    if (state.registered !== before.registered || state.mode !== before.mode)
      this.#tell(SERVICE.nas, ({ wants }) => nasNews(state, wants));
  }

  #answer(request: QmiMessage): void {
    const state = this.#host.qmiState();
    if (state === null) return;
    const { error, tlvs } = this.#reply(request, state);
    this.#say({ ...request, kind: "response", tlvs: [resultTlv(error), ...tlvs] });
  }

  #reply({ service, client: id, message, tlvs }: QmiMessage, state: QmiState): Reply {
    const handlers = this.#services.get(service);
    if (handlers === undefined) return fail("InvalidServiceType");
    const client = service === SERVICE.ctl ? this.#everyone : this.#clients.find(service, id);
    if (client === null) return fail("InvalidClientId");
    const handler = Object.hasOwn(handlers, message) ? handlers[message] : undefined;
    return handler?.({ state, host: this.#host, client, tlvs }) ?? fail("InvalidQmiCommand");
  }

  #tell(service: number, newsFor: (client: ClientMemory) => readonly News[]): void {
    for (const [client, memory] of this.#clients.list(service)) {
      for (const news of newsFor(memory))
        this.#say({ service, client, transaction: 0, kind: "indication", ...news });
    }
  }

  #say(message: QmiMessage): void {
    this.#queue.push(encodeQmi(message));
    if (this.#queue.length > QUEUE_LIMIT) this.#queue.shift();
    this.#told();
  }
}
