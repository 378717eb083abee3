import { list, readTlv, shortText, text, tlv, u8, u16 } from "../../protocol/qmi/tlv.js";
import { type Call, fail, ok, type Reply } from "./service.js";
import type { QmiState } from "./state.js";

export const PROFILE_3GPP = 0;
/** QmiWdsPdpType (libqmi, qmi-enums-wds.h). */
export const PDP = { ipv4: 0, ipv6: 2, both: 3 } as const;

interface Profile {
  readonly index: number;
  readonly name: string;
  readonly apn: string;
  readonly pdp: number;
}

/** The contexts that `AT+CGDCONT?` lists. */
function profilesOf(state: QmiState): Profile[] {
  return [
    { index: 1, name: "profile1", apn: state.apn, pdp: state.ipv6 === null ? PDP.ipv4 : PDP.both },
    { index: 2, name: "profile2", apn: "ims", pdp: PDP.both },
    { index: 3, name: "profile3", apn: "SOS", pdp: PDP.both },
  ];
}

export function profileList({ state, tlvs }: Call): Reply {
  const type = readTlv(tlvs, 0x10, (value) => value.u8()) ?? PROFILE_3GPP;
  const profiles = type === PROFILE_3GPP ? profilesOf(state) : [];
  return ok(
    tlv(
      0x01,
      list(
        u8,
        profiles.map(({ index, name }) => [...u8(PROFILE_3GPP), ...u8(index), ...shortText(name)]),
      ),
    ),
  );
}

const INVALID_PROFILE_NUMBER = 5;

export function profileSettings({ state, tlvs }: Call): Reply {
  const asked = readTlv(tlvs, 0x01, (value) => ({ type: value.u8(), index: value.u8() }));
  if (asked === null) return fail("MissingArgument");
  const profile = profilesOf(state).find(({ index }) => index === asked.index);
  if (asked.type !== PROFILE_3GPP || profile === undefined)
    return fail("ExtendedInternal", tlv(0xe0, u16(INVALID_PROFILE_NUMBER)));
  return ok(
    tlv(0x10, text(profile.name)),
    tlv(0x11, u8(profile.pdp)),
    tlv(0x14, text(profile.apn)),
    tlv(0x1b),
    tlv(0x1c),
    // No authentication.
    tlv(0x1d, u8(0)),
    tlv(0x25, u8(profile.index)),
  );
}
