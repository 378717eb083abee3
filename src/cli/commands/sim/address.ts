import { InvalidArgumentError } from "commander";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The port that `usbip attach` takes by itself, on this machine only. */
export const DEFAULT_ADDRESS: Address = { host: "127.0.0.1", port: 3240 };

/** `127.0.0.1:3240`, `[::1]:3240`. Throws InvalidArgumentError. */
export function address(text: string): Address {
  const { host, port } = /^\[?(?<host>[^\]]*[^\]:])\]?:(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) > 0xffff)
    throw new InvalidArgumentError("for example 127.0.0.1:3240");
  return { host, port: Number(port) };
}
