import { type ClientMemory, newClient } from "./service.js";

/** 0 is CTL's, 0xff is everyone's. */
const MAX_CLIENTS = 0xfe;

/** Client ids that are given out. Every service counts for itself, as a module's do (sixfab thread: WDS 4, DMS 1, NAS 4, UIM 1). */
export class Clients {
  readonly #byService = new Map<number, Map<number, ClientMemory>>();

  /** The lowest free id of a service; null when all are taken. */
  allocate(service: number): number | null {
    const taken = this.#of(service);
    for (let id = 1; id <= MAX_CLIENTS; id += 1) {
      if (taken.has(id)) continue;
      taken.set(id, newClient());
      return id;
    }
    return null;
  }

  /** False when that id is nobody's. */
  release(service: number, id: number): boolean {
    return this.#of(service).delete(id);
  }

  find(service: number, id: number): ClientMemory | null {
    return this.#of(service).get(id) ?? null;
  }

  list(service: number): readonly (readonly [number, ClientMemory])[] {
    return [...this.#of(service)];
  }

  clear(): void {
    this.#byService.clear();
  }

  #of(service: number): Map<number, ClientMemory> {
    const found = this.#byService.get(service);
    if (found !== undefined) return found;
    const made = new Map<number, ClientMemory>();
    this.#byService.set(service, made);
    return made;
  }
}
