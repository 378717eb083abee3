import { type HostSigns, NO_SIGNS, NOTHING_SHOWN, type NetworkShown } from "../../core/diagnosis/shown.js";
import { stemOf } from "../../core/sightings.js";
import { networkShownBy } from "../at/network-values.js";
import { statementsOf } from "./at/statements.js";
import { atTranscript } from "./at/transcript.js";
import { quectelCm } from "./host/quectel-cm.js";
import { evened, linesOf } from "./text/text.js";

/** Lines of a host's logs that speak of power or of the USB line (users.md 1.12: -71 on a Raspberry Pi). */
const POWER = /under-?voltage detected|over-?current (?:change|condition)|error -71\b/i;
/** A few lines tell as much as all of them. */
const POWER_LINES = 5;
const NO_LEASE = /udhcpc: no lease, failing/;

export interface DiagnosisText {
  readonly network: NetworkShown;
  readonly host: HostSigns;
}

/**
 * What a captured text says besides its reading: the answers of the diagnosis, and signs in the host's logs around them.
 * What was said of the network before another revision was reported no longer holds, as in the reading.
 */
export function readDiagnosisText(text: string): DiagnosisText {
  const revisions = [atTranscript(), quectelCm()];
  let stem: string | null = null;
  let network = NOTHING_SHOWN;
  let contexts: string[] = [];
  let dhcpFailed = false;
  let starts = 0;
  const power: string[] = [];
  for (const { text: line } of linesOf(evened(text))) {
    for (const seen of revisions.flatMap((read) => read(line))) {
      if (seen.kind !== "revision") continue;
      if (stem !== null && stem !== stemOf(seen.text)) {
        network = { ...NOTHING_SHOWN, scanMode: network.scanMode, contexts: network.contexts };
        dhcpFailed = false;
        starts = 0;
      }
      stem = stemOf(seen.text);
    }
    if (POWER.test(line) && power.length < POWER_LINES) power.push(line.trim().slice(0, 200));
    if (NO_LEASE.test(line)) dhcpFailed = true;
    if (/udhcpc: lease of /.test(line)) dhcpFailed = false;
    for (const statement of statementsOf(line)) {
      if (statement === "RDY") starts += 1;
      // The lines of one list belong together; the next list begins with its first context.
      if (!statement.startsWith("+CGDCONT:")) network = { ...network, ...networkShownBy([statement]) };
      else if (!statement.startsWith("+CGDCONT: (")) {
        contexts = /^\+CGDCONT:\s*1,/.test(statement) ? [statement] : [...contexts, statement];
        network = { ...network, ...networkShownBy(contexts) };
      }
    }
  }
  return { network, host: { ...NO_SIGNS, power, dhcpFailed, starts } };
}
