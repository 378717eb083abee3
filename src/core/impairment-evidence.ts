import type { Evidence } from "./evidence.js";
import { isImeiGone, isInFactoryTest, isOffline, type ModuleReading } from "./reading.js";
import { latestOf } from "./sightings.js";
import type { Verdict } from "./verdict-table.js";

/** What speaks of a module that does not run as it should: CFUN now and before, the operating mode, an empty IMEI (domain.md 2.2). */
export function impairmentEvidence(reading: ModuleReading, verdict: Verdict): Evidence[] {
  const evidence: Evidence[] = [];
  const earlier = reading.cfunHistory.filter((value) => value !== reading.cfun);
  for (const value of new Set(earlier))
    evidence.push({ from: "AT+CFUN?", says: `earlier CFUN was ${value}`, weight: "context" });
  if (reading.cfun === 7) {
    evidence.push({
      from: "AT+CFUN?",
      says: `CFUN is 7 (offline)${reading.cfunError === null ? "" : `, and going online fails: ${reading.cfunError}`}`,
      supports: verdict === "impaired" ? "impaired" : "wrong firmware or damaged EFS",
      weight: "weak",
    });
  }
  if (reading.cfun === null && isOffline(reading)) {
    evidence.push({
      from: latestOf(reading.revisions)?.from ?? "QMI",
      says: "the operating mode is offline",
      supports: verdict === "impaired" ? "impaired" : "wrong firmware or damaged EFS",
      weight: "weak",
    });
  }
  if (isInFactoryTest(reading)) {
    const isByQmi = reading.cfun === null;
    evidence.push({
      from: isByQmi ? (latestOf(reading.revisions)?.from ?? "QMI") : "AT+CFUN?",
      says: `${isByQmi ? "the operating mode is factory test" : "CFUN is 5 (factory test mode)"}: calibration is not readable`,
      supports: "lost calibration",
      weight: "strong",
    });
  }
  if (reading.imei.kind === "empty") {
    const weight = isImeiGone(reading.imei) ? "strong" : "weak";
    evidence.push({
      from: "AT+GSN",
      says: `the IMEI is empty (asked ${reading.imei.reads} times)`,
      supports: "lost calibration",
      weight,
    });
  }
  return evidence;
}
