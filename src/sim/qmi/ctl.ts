import { SERVICE } from "../../protocol/qmi/services.js";
import { list, readTlv, tlv, u8, u16 } from "../../protocol/qmi/tlv.js";
import type { Clients } from "./clients.js";
import { fail, ok, type Service } from "./service.js";

/** Services with the versions they claim. ModemManager wants NAS, WDA, WDS, UIM and WMS named; the numbers are expected. */
const VERSIONS: readonly (readonly [service: number, major: number, minor: number])[] = [
  [SERVICE.ctl, 1, 5],
  [SERVICE.wds, 1, 36],
  [SERVICE.dms, 1, 14],
  [SERVICE.nas, 1, 25],
  [SERVICE.wms, 1, 10],
  [SERVICE.uim, 1, 36],
  [SERVICE.wda, 1, 11],
];

/** The control service: versions, client ids, sync. Layouts: libqmi, data/qmi-service-ctl.json. */
export function ctlService(clients: Clients): Service {
  return {
    0x0021: () =>
      ok(
        tlv(
          0x01,
          list(
            u8,
            VERSIONS.map(([service, major, minor]) => [...u8(service), ...u16(major), ...u16(minor)]),
          ),
        ),
      ),
    0x0022: ({ tlvs }) => {
      const service = readTlv(tlvs, 0x01, (value) => value.u8());
      if (service === null) return fail("MissingArgument");
      if (service === SERVICE.ctl || !VERSIONS.some(([known]) => known === service))
        return fail("InvalidServiceType");
      const id = clients.allocate(service);
      return id === null ? fail("ClientIdsExhausted") : ok(tlv(0x01, u8(service), u8(id)));
    },
    0x0023: ({ tlvs }) => {
      const released = readTlv(tlvs, 0x01, (value) => ({ service: value.u8(), id: value.u8() }));
      if (released === null) return fail("MissingArgument");
      const { service, id } = released;
      return clients.release(service, id) ? ok(tlv(0x01, u8(service), u8(id))) : fail("InvalidClientId");
    },
    0x0027: () => {
      clients.clear();
      return ok();
    },
  };
}
