import * as z from "zod";
import { edlSwitches } from "./edl-switches-schema.js";
import { faultSchema, portPath, registration, simState } from "./fault-schema.js";
import { identity, usbcfg, usbSwitches, verdict } from "./scenario-device.js";

/** Shape of `manifests/scenarios/*.json`. Unknown keys are errors; what is left away has the usual value of a module. */

const count = z.int().nonnegative();
const blocks = z.int().positive();
const milliseconds = z.number().nonnegative();
const hex = z.string().regex(/^0x[0-9a-f]+$/);

const mapChoice = z.strictObject({
  name: z.enum(["EC25_EFA", "EC25_EUGA", "EG25_GGB"]).default("EC25_EFA"),
  efs2LongerByBlocks: count.default(0),
});

const layout = {
  geometry: z.enum(["p4K_b256K", "p2K_b128K"]).default("p4K_b256K"),
  blockCount: blocks.default(2048),
  map: mapChoice.prefault({}),
};

/** Identities are made up: IMEIs begin with eight zeros, addresses are private or for documentation. */
const nv = z.strictObject({
  imei: z
    .string()
    .regex(/^00000000\d{7}$/)
    .default("000000000000018"),
  serial: z.string().min(1).default("VIRTUAL0000A01"),
  bandGw: hex.default("0x260"),
  bandLte: hex.default("0x80a"),
  usbnet: z.int().min(0).max(3).default(0),
  nwscanmode: count.default(0),
  nwscanseq: z
    .string()
    .regex(/^(0\d)+$/)
    .default("0403010502"),
  usbcfg: usbcfg.prefault({}),
});

const network = z.strictObject({
  sim: simState.default("ready"),
  registration: registration.default("home"),
  operator: z.string().default("Virtual Mobile"),
  plmn: z
    .string()
    .regex(/^\d{5,6}$/)
    .default("00101"),
  apn: z.string().default("virtual.apn"),
  ipv4: z
    .string()
    .regex(/^10(\.\d{1,3}){3}$/)
    .nullable()
    .default("10.64.7.8"),
  ipv6: z
    .string()
    .regex(/^2001:db8:[0-9a-f:]+$/)
    .nullable()
    .default("2001:db8:7:8::2"),
  pingable: z.array(z.enum(["ipv4", "ipv6"])).default(["ipv4", "ipv6"]),
});

/** RDY 9.7 s after power (domain.md 2); DIAG bytes to EDL 1.0 to 1.2 s (measured with a virtual module on a real kernel). */
const timing = z.strictObject({
  usbUpMs: milliseconds.default(8000),
  readyMs: milliseconds.default(10_000),
  appReadyMs: milliseconds.default(2000),
  registerMs: milliseconds.default(6000),
  leaveMs: milliseconds.default(200),
  edlMs: milliseconds.default(1000),
  programmerStartMs: milliseconds.default(500),
  atAnswerMs: milliseconds.default(5),
  networkScanMs: milliseconds.default(60_000),
  pingMs: milliseconds.default(1000),
  eraseBlockMs: milliseconds.default(2),
  bytesPerMs: z.number().positive().default(1000),
});

const switches = z.strictObject({
  tornSbl: z.enum(["edl", "hangs"]).default("edl"),
  missingImage: z.enum(["dump", "hangs"]).default("dump"),
  atSilent: z.boolean().default(false),
  longRevision: z.enum(["answered", "error"]).default("answered"),
  hardwareVersion: z.enum(["answered", "error"]).default("error"),
  powerDown: z.enum(["answered", "error"]).default("answered"),
  atChunks: z.boolean().default(false),
  diagChatty: z.boolean().default(false),
  edlEcho: z.boolean().default(true),
  ...edlSwitches,
  ...usbSwitches,
});

const moduleSetup = z.strictObject({
  portPath,
  hardware: z.strictObject({
    hardwareCode: z.string().min(1),
    label: z.string().min(1),
    chipSerial: z.int().positive().max(0xffffffff),
  }),
  nand: z.strictObject({ ...layout, badBlocks: z.array(count).default([]) }).prefault({}),
  firmware: z.strictObject({ revision: z.string().min(1) }),
  identity: identity.prefault({}),
  startsIn: z.enum(["normal", "edl", "dump", "fastboot"]).default("normal"),
  nv: nv.prefault({}),
  network: network.prefault({}),
  timing: timing.prefault({}),
  switches: switches.prefault({}),
  faults: z.array(faultSchema).default([]),
});

const sizes = z.strictObject({
  sbl: count.optional(),
  tz: count.optional(),
  rpm: count.optional(),
  aboot: count.optional(),
  boot: count.optional(),
  modem: count.optional(),
  recoveryfs: count.optional(),
  system: count.optional(),
  programmer: count.optional(),
});

const ending = z.strictObject({
  outcome: z.enum([
    "done",
    "nothing-to-do",
    "refused",
    "incomplete",
    "unconfirmed",
    "calibration-lost",
    "lost",
    "unproven",
    "failed",
  ]),
  exit: count,
});

const release = z.strictObject({
  revision: z.string().min(1).default("EC25AFAR05A07M4G_30.005.30.005"),
  hardwareCode: z.string().min(1).default("EC25AFA"),
  ...layout,
  sizes: sizes.prefault({}).transform(withoutUndefined),
  seed: z.int().default(7),
});

export const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string().min(1),
  modules: z.array(moduleSetup).min(1),
  release: release.prefault({}),
  edges: z
    .array(
      z.strictObject({
        fromRevision: z.string().min(1),
        testedUnits: count,
      }),
    )
    .default([]),
  expect: z.strictObject({
    flash: ending,
    recover: ending.nullable().default(null),
    check: z.record(portPath, verdict).default({}),
  }),
});

/** One scenario of the virtual module. The simulator takes it by shape; the two rooms do not know each other. */
export type ScenarioManifest = z.output<typeof scenarioSchema>;

/** Keys that are absent, not undefined: what reads it spreads it over its own values. */
function withoutUndefined<K extends string>(
  given: Partial<Record<K, number | undefined>>,
): Partial<Record<K, number>> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<K, number>>;
}
