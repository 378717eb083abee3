import { isImeiGone, isInFactoryTest, isOffline } from "../reading.js";
import { ground, type Rule, rule } from "./finding.js";

const RMA =
  "Return the module (RMA) with this file: calibration is unique to it, and flashing does not bring it back.";

/** CFUN and IMEI: what is lost with calibration, and what only somebody switched off (domain.md 2.2). */
export const RADIO_RULES: readonly Rule[] = [
  rule(
    "calibration-test-mode",
    "calibration",
    "strong",
    ({ reading }) => {
      if (!isInFactoryTest(reading)) return null;
      return reading.cfun === null
        ? ground("QMI", "the operating mode is factory test")
        : ground("AT+CFUN?", "CFUN is 5");
    },
    () => "The module is in factory test mode: its radio calibration cannot be read.",
    () => RMA,
  ),
  rule(
    "calibration-imei-empty",
    "calibration",
    "strong",
    ({ reading: { imei } }) =>
      imei.kind === "empty" && isImeiGone(imei)
        ? ground("AT+GSN", `the IMEI is empty in ${imei.reads} reads`)
        : null,
    () => "The IMEI is gone, and with it what else the calibration file system held.",
    () => RMA,
  ),
  rule(
    "calibration-offline",
    "calibration",
    "weak",
    // On foreign firmware it is the firmware's symptom, not a finding of its own.
    ({ reading, judgement: { verdict } }) =>
      isOffline(reading) && verdict !== "mismatch" && verdict !== "suspect"
        ? ground(reading.cfun === null ? "QMI" : "AT+CFUN?", "the radio is offline (CFUN 7)")
        : null,
    () =>
      "The radio is offline though the firmware is not known to be wrong: its file system may be damaged.",
    () => "Power-cycle the module and diagnose again; return it (RMA) only if CFUN stays 7.",
  ),
  rule(
    "host-radio-off",
    "host",
    "strong",
    ({ reading: { cfun } }) => (cfun === 0 || cfun === 4 ? ground("AT+CFUN?", `CFUN is ${cfun}`) : null),
    ({ reading }) =>
      reading.cfun === 4
        ? "The radio is switched off (flight mode): a program of the host did that."
        : "The radio is switched off (minimum functionality): a program of the host did that.",
    () => "Switch it on with AT+CFUN=1, and look which program switches it off.",
  ),
];
