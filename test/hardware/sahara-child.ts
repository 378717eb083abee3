import { isEcflashError } from "../../src/core/errors.js";
import { realBus } from "../../src/device/real-bus.js";
import { SaharaHost } from "../../src/flasher/builtin/sahara-host.js";

/** Runs under umockdev: the builtin engine's Sahara over the real libusb. Prints one line of JSON. */
export interface SaharaReport {
  readonly found: readonly { readonly portPath: string; readonly ids: string }[];
  readonly chipSerial: string | null;
  readonly programmerBytes: number;
  /** Code and facts of the failure, when there was one. */
  readonly failed: { readonly code: string; readonly facts: unknown } | null;
}

/** As in the test: byte n of the programmer is n modulo 251, so that no piece looks like another. */
const PROGRAMMER = Uint8Array.from({ length: 6_144 }, (_, at) => at % 251);

const bus = realBus();
const devices = await bus.list();
const report = {
  found: devices.map(({ portPath, vendorId, productId }) => ({
    portPath,
    ids: [vendorId, productId].map((id) => id.toString(16).padStart(4, "0")).join(":"),
  })),
  chipSerial: null as string | null,
  programmerBytes: 0,
  failed: null as SaharaReport["failed"],
};
const [device] = devices;
if (device === undefined) throw new Error("the mock shows no device");
const endpoint = await bus.openEndpoint(device, 0);
try {
  const sahara = new SaharaHost(endpoint);
  if (!(await sahara.meet())) throw new Error("no HELLO");
  report.chipSerial = await sahara.readChipSerial();
  await sahara.loadProgrammer(PROGRAMMER, (doneBytes) => {
    report.programmerBytes = doneBytes;
  });
} catch (error) {
  if (!isEcflashError(error)) throw error;
  report.failed = { code: error.code, facts: error.facts };
} finally {
  await endpoint.close();
}
console.log(JSON.stringify(report satisfies SaharaReport));
