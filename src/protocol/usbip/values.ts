/**
 * USB/IP as values: what a client asks, what a server answers. Version 1.1.1; everything is big-endian. Layouts: the Linux
 * kernel's Documentation/usb/usbip_protocol.rst. Isochronous transfers are not spoken: no module mode has such endpoints.
 */

export const USBIP = {
  version: 0x0111,
  /** Codes of the operations: as a request, and as the reply to it. */
  operation: { listRequest: 0x8005, listReply: 0x0005, importRequest: 0x8003, importReply: 0x0003 },
  command: { submit: 1, unlink: 2, submitted: 3, unlinked: 4 },
  /** Status words of an operation (the kernel's tools/usb/usbip/libsrc/usbip_common.h). */
  status: { ok: 0, unavailable: 1, busy: 2, noDevice: 4 },
  /** Linux error numbers that a completed transfer carries, as they stand in the status word. */
  errno: { stalled: -32, protocol: -71, unlinked: -104 },
  /** High speed, as the kernel's enum usb_device_speed counts. */
  highSpeed: 3,
  portTcp: 3240,
} as const;

export const LAYOUT = {
  operationBytes: 8,
  busidBytes: 32,
  pathBytes: 256,
  deviceBytes: 312,
  interfaceBytes: 4,
  /** Every command and its reply have a header of this size before the data. */
  headerBytes: 48,
  setupBytes: 8,
} as const;

export interface UsbipInterface {
  readonly classCode: number;
  readonly subclass: number;
  readonly protocol: number;
}

/** A device that can be imported. */
export interface UsbipDevice {
  readonly path: string;
  /** For example `1-1.2`; names the device in an import. */
  readonly busid: string;
  readonly busNumber: number;
  readonly deviceNumber: number;
  readonly speed: number;
  readonly vendorId: number;
  readonly productId: number;
  readonly bcdDevice: number;
  readonly classCode: number;
  readonly subclass: number;
  readonly protocol: number;
  readonly configurationValue: number;
  readonly configurationCount: number;
  readonly interfaceCount: number;
}

/** A list carries the interfaces too; an import does not. */
export interface ListedDevice extends UsbipDevice {
  readonly interfaces: readonly UsbipInterface[];
}

export interface SubmitRequest {
  readonly kind: "submit";
  readonly sequence: number;
  /** Bus number in the high half, device number in the low one. */
  readonly deviceId: number;
  readonly direction: "in" | "out";
  readonly endpoint: number;
  /** Linux transfer flags; 0x40 says that a transfer of whole packets ends with an empty one. */
  readonly flags: number;
  /** Room for IN, size for OUT. */
  readonly lengthBytes: number;
  readonly interval: number;
  /** Eight bytes, zeros except on endpoint 0. */
  readonly setup: Uint8Array;
  /** Empty for IN. */
  readonly data: Uint8Array;
}

export interface UnlinkRequest {
  readonly kind: "unlink";
  readonly sequence: number;
  readonly deviceId: number;
  /** Sequence number of the submit to take back. */
  readonly target: number;
}

/** Bytes that make no sense. Framing is lost, so it is the last value of its connection. */
export interface Broken {
  readonly kind: "broken";
  readonly reason: string;
}

export type UsbipRequest =
  | { readonly kind: "list" }
  | { readonly kind: "import"; readonly busid: string }
  | SubmitRequest
  | UnlinkRequest;

export type UsbipReply =
  | { readonly kind: "list"; readonly status: number; readonly devices: readonly ListedDevice[] }
  /** `device` is null when the status is not 0. */
  | { readonly kind: "import"; readonly status: number; readonly device: UsbipDevice | null }
  | {
      readonly kind: "submitted";
      readonly sequence: number;
      /** 0, or a negative Linux error number. */
      readonly status: number;
      /** Bytes that went: the length of `data` for IN. */
      readonly actualBytes: number;
      readonly data: Uint8Array;
    }
  | { readonly kind: "unlinked"; readonly sequence: number; readonly status: number };
