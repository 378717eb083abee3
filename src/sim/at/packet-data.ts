import { bytesOfIpv6 } from "../addresses.js";
import { type Answers, type AtContext, BARE_ERROR, does, ok, type SetForm } from "./state.js";
import type { Network } from "../scenario.js";

const ZERO_ADDRESS = "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0";

/** Contexts, addresses and the data call of the module's own stack (domain.md 2). */
export const PACKET_DATA: Answers = {
  "+CGDCONT?": ({ network }) =>
    ok(
      `+CGDCONT: 1,"${network.ipv6 === null ? "IP" : "IPV4V6"}","${network.apn}","0.0.0.0",0,0,0,0`,
      `+CGDCONT: 2,"IPV4V6","ims","${ZERO_ADDRESS}",0,0,0,0`,
      `+CGDCONT: 3,"IPV4V6","SOS","${ZERO_ADDRESS}",0,0,0,1`,
    ),
  "+CGATT?": ({ registered }) => ok(`+CGATT: ${registered ? 1 : 0}`),
  "+CGATT=1": ({ registered }) => (registered ? ok() : BARE_ERROR),
  "+CGPADDR": (context) => ok(...[1, 2, 3].map((id) => addressLine(id, context))),
  "+CGPADDR=1": (context) => ok(addressLine(1, context)),
  "+CGPADDR=2": (context) => ok(addressLine(2, context)),
  "+CGPADDR=3": (context) => ok(addressLine(3, context)),
  "+QIACT?": ({ dataCall, network }) => (dataCall ? ok(contextLine(network)) : ok()),
  "+QIACT=1": ({ registered }) => (registered ? does({ kind: "data-call", on: true }) : BARE_ERROR),
  "+QIDEACT=1": () => does({ kind: "data-call", on: false }),
};

/** `+QPING=1,"8.8.8.8",4,4`: context, target, seconds, count. The target keeps its letters. */
export const pingSet: SetForm = (_text, _context, typed) => {
  const fields = /^\+QPING=1,"(?<target>[^"]+)"(?:,\d+(?:,(?<count>\d+))?)?$/i.exec(typed)?.groups;
  if (fields === undefined) return null;
  const count = Math.min(Number(fields["count"] ?? 4), 10);
  return does({ kind: "ping", target: fields["target"] ?? "", count });
};

/** Only the first context has addresses. IPv6 as sixteen decimal bytes, the form of 3GPP 27.007 with CGPIAF off. */
function addressLine(id: number, { registered, network }: AtContext): string {
  const given = id === 1 && registered ? network : null;
  const ipv6 = given?.ipv6 == null ? null : bytesOfIpv6(given.ipv6).join(".");
  const fields = [given?.ipv4 ?? null, ipv6].filter((field) => field !== null);
  return [
    `+CGPADDR: ${id}`,
    ...(fields.length === 0 ? ["0.0.0.0"] : fields).map((field) => `"${field}"`),
  ].join(",");
}

/** Expected for IPv6 and dual stack: only an IPv4 capture is known (domain.md 2). */
function contextLine({ ipv4, ipv6 }: Network): string {
  const type = ipv4 === null ? 2 : ipv6 === null ? 1 : 3;
  const addresses = [ipv4, ipv6].filter((address) => address !== null).map((address) => `"${address}"`);
  return ["+QIACT: 1", "1", String(type), ...addresses].join(",");
}
