import type { LineReader } from "../observation.js";
import { ReportFields } from "./report-fields.js";

/** `modem,host=a,imei=... firmware="EC25...",rssi=-71i 1465839830100400200`: InfluxDB's line protocol. */
const POINT =
  /^\s{0,64}[\w.-]{1,64}(?<tags>(?:,[\w.-]{1,64}=[^\s,="]{1,120}){0,32}) (?<fields>[\w.-]{1,64}=(?:"[^"]{0,200}"|[^\s,="]{1,120})(?:,[\w.-]{1,64}=(?:"[^"]{0,200}"|[^\s,="]{1,120})){0,64})(?: \d{10,19})?\s{0,8}$/;
const PAIR = /(?<name>[\w.-]{1,64})=(?:"(?<quoted>[^"]{0,200})"|(?<bare>[^\s,="]{1,120}))/g;
const LENGTH_LIMIT = 2048;

/** Points of a series that reports a module; the newest point of a series counts. */
export function influx(): LineReader {
  return (line) => {
    const point = line.length > LENGTH_LIMIT || !line.includes("=") ? undefined : POINT.exec(line)?.groups;
    if (point === undefined || point["tags"] === "") return [];
    const fields = new ReportFields();
    for (const { groups } of `${point["tags"] ?? ""},${point["fields"] ?? ""}`.matchAll(PAIR))
      fields.putNamed(groups?.["name"] ?? "", groups?.["quoted"] ?? groups?.["bare"] ?? "");
    const key = fields.get("imei") ?? fields.get("host") ?? fields.placeKey() ?? point["tags"] ?? "";
    return fields.ofModule(`point:${key}`, "InfluxDB");
  };
}
