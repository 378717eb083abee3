import type { EncapsulatedPort } from "./encapsulated-port.js";
import type { Pipe } from "./pipe.js";
import type { VirtualDevice } from "./usb.js";

/** What an attachment needs of one interface: shape of `Pipe`. */
export type PipeEnd = Pick<Pipe, "alive" | "held" | "queued" | "hold" | "release" | "receive" | "take">;

/** What an attachment needs of a module: shape of `VirtualModule`. */
export interface UsbModule {
  readonly portPath: string;
  readonly device: VirtualDevice | null;
  pipe(interfaceNumber: number): PipeEnd | null;
  /** Where SEND_ENCAPSULATED_COMMAND of an interface goes; null stalls it. */
  encapsulated(interfaceNumber: number): EncapsulatedPort | null;
}
