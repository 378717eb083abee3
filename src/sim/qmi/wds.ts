import { type Field, list, readTlv, text, tlv, type Tlv, u8, u16, u32 } from "../../protocol/qmi/tlv.js";
import { bytesOfIpv6 } from "../addresses.js";
import {
  accepted,
  type Call,
  type ClientMemory,
  fail,
  type IpFamily,
  type News,
  ok,
  type Reply,
  type Service,
} from "./service.js";
import type { QmiState } from "./state.js";
import { PDP, PROFILE_3GPP, profileList, profileSettings } from "./wds-profiles.js";

const DISCONNECTED = 1;
const CONNECTED = 2;
const IP_SUPPORT = { ipv4: 0, ipv6: 1, both: 2 } as const;
const MTU_BYTES = 1500;

/** Wireless data. Layouts: libqmi, data/qmi-service-wds.json; numbers: qmi-enums-wds.h. */
export function wdsService(): Service {
  let started = 0;
  return {
    0x0001: accepted,
    0x0003: accepted,
    0x0020: (call) => startNetwork(call, () => FIRST_HANDLE + 16 * started++),
    0x0021: stopNetwork,
    0x0022: ({ state, client }) => ok(tlv(0x01, u8(isConnected(state, client) ? CONNECTED : DISCONNECTED))),
    0x0024: packetStatistics,
    0x002a: profileList,
    0x002b: profileSettings,
    0x002d: runtimeSettings,
    // Autoconnect is off.
    0x0034: () => ok(tlv(0x01, u8(0))),
    0x004d: setIpFamily,
    0x0085: ({ state }) =>
      state.registered
        ? ok(tlv(0x10, text(state.apn)), tlv(0x11, u8(ipSupport(state))), tlv(0x12, u8(1)))
        : fail("InformationUnavailable"),
    // LTE attaches with the first profile; none waits.
    0x0094: () => ok(tlv(0x10, list(u8, [u16(1)])), tlv(0x11, list(u8, []))),
  };
}

/** A module's handles look like addresses; the thread's was 0x872db450. */
const FIRST_HANDLE = 0x87000010;

const END_NO_SERVICE = 3;
const VERBOSE_CM = 3;
const CM_NO_SERVICE = 2001;
const END_UNSPECIFIED = 1;
const VERBOSE_3GPP = 6;
const ONLY_ALLOWED: Readonly<Record<IpFamily, number>> = { 4: 50, 6: 51 };

/** Without service the call fails with a reason (expected: "no service" by call manager); a family the network lacks, with 3GPP's. */
function startNetwork({ state, client, tlvs }: Call, newHandle: () => number): Reply {
  if (client.call !== null && state.registered) return fail("NoEffect", tlv(0x01, u32(client.call.handle)));
  if (!state.registered)
    return fail("CallFailed", tlv(0x10, u16(END_NO_SERVICE)), tlv(0x11, u16(VERBOSE_CM), u16(CM_NO_SERVICE)));
  const family =
    familyOf(readTlv(tlvs, 0x19, (value) => value.u8())) ?? client.ipFamily ?? firstFamily(state);
  if (addressOf(state, family) === null)
    return fail(
      "CallFailed",
      tlv(0x10, u16(END_UNSPECIFIED)),
      tlv(0x11, u16(VERBOSE_3GPP), u16(ONLY_ALLOWED[family === 4 ? 6 : 4])),
    );
  const handle = newHandle();
  client.call = { handle, family };
  return ok(tlv(0x01, u32(handle)));
}

function stopNetwork({ client, tlvs }: Call): Reply {
  const handle = readTlv(tlvs, 0x01, (value) => value.u32());
  if (handle === null) return fail("MissingArgument");
  if (client.call?.handle !== handle) return fail("InvalidHandle");
  client.call = null;
  return ok();
}

function setIpFamily({ client, tlvs }: Call): Reply {
  const asked = readTlv(tlvs, 0x01, (value) => value.u8());
  if (asked === null) return fail("MissingArgument");
  const family = familyOf(asked);
  if (family === null && asked !== UNSPECIFIED) return fail("InvalidArgument");
  client.ipFamily = family;
  return ok();
}

const UNSPECIFIED = 8;
const familyOf = (value: number | null): IpFamily | null => (value === 4 || value === 6 ? value : null);
const firstFamily = ({ ipv4, ipv6 }: QmiState): IpFamily => (ipv4 === null && ipv6 !== null ? 6 : 4);
const addressOf = ({ ipv4, ipv6 }: QmiState, family: IpFamily) => (family === 4 ? ipv4 : ipv6);

function isConnected({ registered }: QmiState, { call }: ClientMemory): boolean {
  return call !== null && registered;
}

/** The network is gone, and the call of this client with it: what its client is told, without being asked. */
export function endCall(client: ClientMemory): News[] {
  const { call } = client;
  if (call === null) return [];
  client.call = null;
  const tlvs = [
    tlv(0x01, u8(DISCONNECTED), u8(0)),
    tlv(0x10, u16(END_NO_SERVICE)),
    tlv(0x12, u8(call.family)),
  ];
  return [{ message: 0x0022, tlvs }];
}

/** Counters of 32 bits by their bit in the mask a host asks with, then of 64: all zero, no packet is counted. */
const COUNTERS_32 = [0x10, 0x11, 0x12, 0x13, 0x14, 0x15];
const COUNTERS_64 = [0x19, 0x1a];

function packetStatistics({ state, client, tlvs }: Call): Reply {
  const mask = readTlv(tlvs, 0x01, (value) => value.u32());
  if (mask === null) return fail("MissingArgument");
  if (!isConnected(state, client)) return fail("OutOfCall");
  const asked = (index: number) => (mask & (1 << index)) !== 0;
  return ok(
    ...COUNTERS_32.filter((_, index) => asked(index)).map((type) => tlv(type, u32(0))),
    ...COUNTERS_64.filter((_, index) => asked(COUNTERS_32.length + index)).map((type) =>
      tlv(type, u32(0), u32(0)),
    ),
  );
}

/** Name servers of the virtual network, from the addresses kept for documents (RFC 5737, RFC 3849). */
const DNS = { ipv4: ["192.0.2.53", "192.0.2.54"], ipv6: ["2001:db8::53", "2001:db8::54"] } as const;

/** What the network gave to this client's call. Everything is told, whatever the mask asks for (expected). */
function runtimeSettings({ state, client }: Call): Reply {
  const { call } = client;
  const address = call === null ? null : addressOf(state, call.family);
  if (call === null || address === null || !isConnected(state, client)) return fail("OutOfCall");
  const common = [
    tlv(0x11, u8(call.family === 4 ? PDP.ipv4 : PDP.ipv6)),
    tlv(0x14, text(state.apn)),
    tlv(0x1f, u8(PROFILE_3GPP), u8(1)),
    tlv(0x29, u32(MTU_BYTES)),
    tlv(0x2b, u8(call.family)),
  ];
  return ok(...common, ...(call.family === 4 ? ipv4Settings(address) : ipv6Settings(address)));
}

/** The gateway is the other host of a network of two, as these modules make it up. */
function ipv4Settings(address: string): Tlv[] {
  const octets = octetsOf(address);
  const gateway = [...octets.slice(0, 3), (octets[3] ?? 0) ^ 1];
  return [
    tlv(0x15, ipv4(octetsOf(DNS.ipv4[0]))),
    tlv(0x16, ipv4(octetsOf(DNS.ipv4[1]))),
    tlv(0x1e, ipv4(octets)),
    tlv(0x20, ipv4(gateway)),
    tlv(0x21, ipv4([255, 255, 255, 252])),
  ];
}

const PREFIX_LENGTH = 64;

function ipv6Settings(address: string): Tlv[] {
  const bytes = bytesOfIpv6(address);
  const gateway = [...bytes.slice(0, 15), (bytes[15] ?? 0) ^ 1];
  return [
    tlv(0x25, bytes, u8(PREFIX_LENGTH)),
    tlv(0x26, gateway, u8(PREFIX_LENGTH)),
    tlv(0x27, bytesOfIpv6(DNS.ipv6[0])),
    tlv(0x28, bytesOfIpv6(DNS.ipv6[1])),
  ];
}

const octetsOf = (address: string): number[] => address.split(".").map(Number);
/** An IPv4 address is a little-endian number: its last octet comes first. */
const ipv4 = (octets: readonly number[]): Field => [...octets].reverse();

function ipSupport({ ipv4: v4, ipv6: v6 }: QmiState): number {
  if (v6 === null) return IP_SUPPORT.ipv4;
  return v4 === null ? IP_SUPPORT.ipv6 : IP_SUPPORT.both;
}
