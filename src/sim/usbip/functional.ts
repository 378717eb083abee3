import type { FunctionInterface, Role } from "../composition.js";

/**
 * Class-specific descriptors of an interface, by its role. The network functions as Qualcomm's gadget drivers have them
 * (f_qc_ecm.c, f_qc_rndis.c, f_mbim.c of public kernel trees; expected on EC25, where no dump of the bytes is public).
 */
export function functionalBytes({ role, number }: FunctionInterface, macString: number): readonly number[] {
  return FUNCTIONAL[role]?.(number, macString) ?? [];
}

/** What stands behind the interface descriptor of alternate setting 1, before its endpoints. */
export function streamBytes(role: Role): readonly number[] {
  if (role !== "audio-in" && role !== "audio-out") return [];
  const terminal = role === "audio-in" ? MICROPHONE_STREAM : SPEAKER_STREAM;
  // 16-bit PCM, mono, 8000 Hz: the 16 bytes a millisecond of the captured endpoints.
  return [7, 0x24, 1, terminal, 1, 1, 0, ...[11, 0x24, 2, 1, 1, 2, 16, 1, 0x40, 0x1f, 0]];
}

/** Functions of several interfaces that say so before the first of them. */
export function associationBytes({ role, number }: FunctionInterface): readonly number[] {
  const [count, ...triple] = ASSOCIATIONS[role] ?? [];
  return count === undefined ? [] : [8, 11, number, count, ...triple, 0];
}

/** Count of interfaces and class triple. Of audio it was seen (FirstIf 5, IfCount 3, class 01). */
const ASSOCIATIONS: Readonly<Partial<Record<Role, readonly number[]>>> = {
  rndis: [2, 0xe0, 0x01, 0x03],
  mbim: [2, 0x02, 0x0e, 0x00],
  "audio-control": [3, 0x01, 0x00, 0x00],
};

/** CDC 1.10 (CDC120, table 15). */
const HEADER = [5, 0x24, 0, 0x10, 0x01];
const LINE_CODING = 2;

function callManagement(dataInterface: number): readonly number[] {
  return [5, 0x24, 1, 0, dataInterface];
}

function abstractControl(capabilities: number): readonly number[] {
  return [4, 0x24, 2, capabilities];
}

function union(control: number, data: number): readonly number[] {
  return [5, 0x24, 6, control, data];
}

/** No statistics, frames of 1514 bytes, no filters. */
function ethernet(macString: number): readonly number[] {
  return [13, 0x24, 15, macString, 0, 0, 0, 0, 0xea, 0x05, 0, 0, 0];
}

/** Control messages of 4096 bytes, segments of 0x0fe0, 32 filters of 128 bytes, datagram size by NTB limits only. */
const MBIM = [12, 0x24, 0x1b, 0, 0x01, 0x00, 0x10, 0x20, 0x80, 0xe0, 0x0f, 0x20];
/** 64 commands at once, an MTU of 1500. */
const MBIM_EXTENDED = [8, 0x24, 0x1c, 0, 0x01, 64, 0xdc, 0x05];

const SPEAKER_STREAM = 1;
const SPEAKER = 2;
const MICROPHONE = 3;
const MICROPHONE_STREAM = 4;

/** USB audio 1.0: from the host to a speaker, from a microphone to the host (expected: only the interfaces were captured). */
function audioControl(number: number): readonly number[] {
  const usbStreaming = [0x01, 0x01];
  const terminals = [
    ...[12, 0x24, 2, SPEAKER_STREAM, ...usbStreaming, 0, 1, 0, 0, 0, 0],
    ...[9, 0x24, 3, SPEAKER, 0x01, 0x03, 0, SPEAKER_STREAM, 0],
    ...[12, 0x24, 2, MICROPHONE, 0x01, 0x02, 0, 1, 0, 0, 0, 0],
    ...[9, 0x24, 3, MICROPHONE_STREAM, ...usbStreaming, 0, MICROPHONE, 0],
  ];
  const head = 10;
  return [head, 0x24, 1, 0, 0x01, head + terminals.length, 0, 2, number + 1, number + 2, ...terminals];
}

const serial = () => [...HEADER, ...callManagement(0), ...abstractControl(LINE_CODING), ...union(0, 0)];

/** By the number of the control interface; its data interface is the next one. */
const FUNCTIONAL: Readonly<Partial<Record<Role, (number: number, macString: number) => readonly number[]>>> =
  {
    nmea: serial,
    at: serial,
    modem: serial,
    // Capabilities other than 0 would be a real modem to Linux (cdc_ether.c, "not really RNDIS").
    rndis: (number) => [
      ...HEADER,
      ...callManagement(number + 1),
      ...abstractControl(0),
      ...union(number, number + 1),
    ],
    ecm: (number, macString) => [...HEADER, ...union(number, number + 1), ...ethernet(macString)],
    mbim: (number) => [...HEADER, ...union(number, number + 1), ...MBIM, ...MBIM_EXTENDED],
    "audio-control": audioControl,
  };
