import { tlv, u8, u32 } from "../../protocol/qmi/tlv.js";
import { accepted, ok, type Service } from "./service.js";

const WCDMA = 1;

/** Messaging, as much as ModemManager asks on its way up: no message is stored. Layouts: libqmi, data/qmi-service-wms.json. */
export const WMS: Service = {
  0x0001: accepted,
  0x0030: () => ok(tlv(0x01, u8(WCDMA))),
  0x0031: () => ok(tlv(0x01, u32(0))),
  0x0032: accepted,
};
