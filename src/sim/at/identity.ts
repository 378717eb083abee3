import { modelOf } from "../boot.js";
import { type Answers, type AtContext, type AtState, BARE_ERROR, ok } from "./state.js";
import { qmiBands } from "../qmi/bands.js";

/**
 * Who the module says it is (domain.md 2). All of it is the firmware's claim but the numbers, which are NV.
 * `AT+EGMR=1,7` writes the IMEI of a real module; here it is an ERROR and changes nothing, as no tool may need it.
 */
export const IDENTITY: Answers = {
  I: (state) => ok(maker(state), modelText(state), `Revision: ${shortForm(state)}`),
  I0: (state) => ok(maker(state), modelText(state), `Revision: ${shortForm(state)}`),
  "+CGMI": (state) => ok(maker(state)),
  "+GMI": (state) => ok(maker(state)),
  "+CGMM": (state) => ok(modelText(state)),
  "+GMM": (state) => ok(modelText(state)),
  "+CGMR": (state) => ok(shortForm(state)),
  "+GMR": (state) => ok(shortForm(state)),
  "+QGMR": (state) => (state.module.switches.longRevision === "error" ? BARE_ERROR : ok(longForm(state))),
  "+GSN": (state) => (state.imeiReadable ? ok(state.nv.imei) : ok()),
  "+CGSN": (state) => (state.imeiReadable ? ok(state.nv.imei) : ok()),
  "+EGMR=0,5": ({ nv }) => ok(`+EGMR: "${nv.serial}"`),
  "+EGMR=0,7": ({ nv, imeiReadable }) => ok(`+EGMR: "${imeiReadable ? nv.imei : ""}"`),
  // Two digits of software version. A second IMEI is for modules with two cards; that this one says none is expected.
  "+EGMR=0,9": () => ok('+EGMR: "00"'),
  "+EGMR=0,10": () => ok('+EGMR: ""'),
  "+CVERSION": (state) => ok(`VERSION: ${shortForm(state)}`, BUILD_DATE, "Authors: QCT"),
  "+CSUB": () => ok("SubEdition: V01"),
  "+QHVN?": ({ module }) =>
    module.switches.hardwareVersion === "error" ? BARE_ERROR : ok(`+QHVN: ${module.hardware.hardwareCode}`),
  // The bands the module left the factory with. 6828 is LTE, bit n-1 for band n; 1877 numbers the bands as QMI does
  // (domain.md 2: 8003E80600000200 has the bits of GSM 850 to 1900 and WCDMA B1 B2 B4 B5 B8).
  "+QNVR=6828,0": ({ module }) => ok(`+QNVR: "${littleEndian(BigInt(module.nv.bandLte), LTE_BYTES)}"`),
  "+QNVR=1877,0": ({ module }) =>
    ok(`+QNVR: "${littleEndian(qmiBands(BigInt(module.nv.bandGw)), GW_BYTES)}"`),
};

/** Of the virtual build; QMI gives the same. */
export const BUILD_DATE = "Jan 01 2020 00:00:00";

/** Sizes of the two items (public notes on an SC600). That bands above 64 are in the second eight bytes is expected. */
const LTE_BYTES = 16;
const GW_BYTES = 8;

function littleEndian(mask: bigint, sizeBytes: number): string {
  return Array.from({ length: sizeBytes }, (_, at) =>
    Number((mask >> BigInt(8 * at)) & 0xffn)
      .toString(16)
      .padStart(2, "0"),
  )
    .join("")
    .toUpperCase();
}

function maker({ module }: AtContext): string {
  return module.identity.maker;
}

/** An EC20 of the CE kind calls itself EC20F (domain.md 2). */
function modelText({ hardwareCode, module }: AtContext): string {
  if (module.identity.model !== null) return module.identity.model;
  // Custom firmware names the hardware it was built for (expected).
  if (hardwareCode === null) return modelOf(module.hardware.hardwareCode);
  return hardwareCode.startsWith("EC20CE") ? "EC20F" : modelOf(hardwareCode);
}

/** `EC25AFAR05A07M4G`: what ATI, CGMR and QMI give. */
function shortForm({ revision }: AtState): string {
  return revision.split(/[_#]/)[0] ?? revision;
}

/** Until the application processor is up the second half of the sub-edition is zero (ModemManager, mm-shared-quectel.c). */
function longForm({ revision, appReady }: AtState): string {
  if (appReady) return revision;
  const [short, suffix = "01.001"] = revision.split("_", 2);
  return `${short ?? ""}_${suffix.split(".").slice(0, 2).join(".")}.00.000`;
}
