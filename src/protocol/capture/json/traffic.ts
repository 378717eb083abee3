import type { UsbMode } from "../../../core/usb-mode.js";
import { atTranscript } from "../at/transcript.js";
import { isObject, type JsonReader, type LooseObject, objectsOf, textOf } from "./format.js";
import { type LineReader, type Observation, subject } from "../observation.js";
import { listedObservations } from "../host/usb-ids.js";

/** Ports whose dialogue is kept apart; a recording of a bench has a few. */
const PORTS_LIMIT = 256;

/** `ecflash.traffic/1`: devices, and what was said on their AT ports, each port a dialogue of its own. */
export function jsonTraffic(modes: readonly UsbMode[]): JsonReader {
  const ports = new Map<string, LineReader>();
  const device = (one: LooseObject): readonly Observation[] => {
    const portPath = textOf(one, "portPath");
    if (portPath === null) return [];
    return listedObservations(
      `path:${portPath}`,
      {
        vendorId: Number(textOf(one, "vendorId")),
        productId: Number(textOf(one, "productId")),
        interfaces: objectsOf(one, "interfaces").length,
        maker: null,
        product: textOf(one, "product"),
      },
      modes,
    );
  };
  return (object) => {
    if (textOf(object, "schema") === "ecflash.traffic/1") return objectsOf(object, "devices").flatMap(device);
    const portPath = textOf(object, "portPath");
    if (portPath === null || textOf(object, "ms") === null) return null;
    if (isObject(object["device"])) return device(object["device"]);
    const text = textOf(object, "text");
    if (text === null) return [];
    const key = `${portPath} ${textOf(object, "interface") ?? ""}`;
    const reader = ports.get(key) ?? atTranscript();
    if (ports.size < PORTS_LIMIT) ports.set(key, reader);
    const said = text.split(/[\r\n]+/).flatMap((line) => reader(line));
    return [subject(`path:${portPath}`), ...said];
  };
}
