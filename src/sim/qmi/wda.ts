import { tlv, u8, u32 } from "../../protocol/qmi/tlv.js";
import { ok, type Reply, type Service } from "./service.js";

const RAW_IP = 2;
const NO_AGGREGATION = 0;

/** MDM9x07 carries raw IP whatever is asked, without aggregation. Layout: libqmi, data/qmi-service-wda.json. */
const dataFormat = (): Reply =>
  ok(
    tlv(0x10, u8(0)),
    tlv(0x11, u32(RAW_IP)),
    tlv(0x12, u32(NO_AGGREGATION)),
    tlv(0x13, u32(NO_AGGREGATION)),
    tlv(0x15, u32(0)),
    tlv(0x16, u32(0)),
  );

/** Wireless data administration. */
export const WDA: Service = { 0x0020: dataFormat, 0x0021: dataFormat };
