import type { AtState } from "./state.js";
import type { Network } from "../scenario.js";

export interface PingUrc {
  /** After the OK, in turns of one ping. */
  readonly turn: number;
  readonly text: string;
}

/** One URC a ping, then the summary. 561 without a context, 569 without an answer (domain.md 2; which code when is expected). */
export function pingUrcs(target: string, count: number, { dataCall, network }: AtState): PingUrc[] {
  if (!dataCall) return [{ turn: 1, text: "+QPING: 561" }];
  if (!canReach(target, network)) return [{ turn: count, text: "+QPING: 569" }];
  const times = Array.from({ length: count }, (_, index) => 40 + ((index * 7) % 11));
  const average = Math.round(times.reduce((sum, ms) => sum + ms, 0) / count);
  return [
    ...times.map((ms, index) => ({ turn: index + 1, text: `+QPING: 0,"${target}",32,${ms},114` })),
    {
      turn: count + 1,
      text: `+QPING: 0,${count},${count},0,${Math.min(...times)},${Math.max(...times)},${average}`,
    },
  ];
}

function canReach(target: string, network: Network): boolean {
  const family = target.includes(":") ? "ipv6" : "ipv4";
  return network[family] !== null && network.pingable.includes(family);
}
