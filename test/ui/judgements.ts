import { readDeclarations } from "../../src/core/declaration.js";
import { type ModuleReading, UNREAD } from "../../src/core/reading.js";
import { type Judgement, judge } from "../../src/core/verdict.js";
import type { Verdict } from "../../src/core/verdict-table.js";
import { loadFacts } from "../../src/manifest/load.js";

/** ESC, a C1 control, a line end and an IMEI: what a module might answer to spoil a terminal or a report. */
export const HOSTILE = "\u001b[2J\u009b31m\nAT+GSN 000000000000018 \u202eevil";

const A = "EC25AFAR05A07M4G_30.005.30.005";
const E = "EC25EFAR06A11M4G_01.001.01.001";
const MASK_A = { gw: 0x260n, lte: 0x80an };

const facts = await loadFacts();

function reading(change: Partial<ModuleReading>): ModuleReading {
  return { source: "1-1.2", virtual: false, mode: "normal", ...UNREAD, ...change };
}

function running(text: string, change: Partial<ModuleReading> = {}): ModuleReading {
  return reading({
    revisions: [{ text, from: "AT+QGMR" }],
    cfun: 1,
    cfunHistory: [1],
    registration: "home",
    operator: "Virtual Mobile",
    band: MASK_A,
    imei: { kind: "present", imei: "000000000000018" },
    sim: "READY",
    usbnet: 0,
    ...change,
  });
}

const offline: Partial<ModuleReading> = { cfun: 7, cfunHistory: [7], registration: "none", operator: null };

function judged(found: ModuleReading, label?: string, requiredRelease?: string): Judgement {
  return judge(found, facts, { declarations: readDeclarations({ label }, facts), requiredRelease });
}

/** One judgement of each verdict, as a technician would meet it. */
export const JUDGEMENTS: { readonly [V in Verdict]: Judgement } = {
  "not-running": judged(reading({ mode: "edl" })),
  mismatch: judged(running(E, offline), "EC25AFA-512-STD"),
  unsupported: judged(reading({ maker: "SIMCOM INCORPORATED", modelText: "SIM7600E" })),
  unknown: judged(running(A)),
  custom: judged(running("MYFIRMWARE-1.0", offline)),
  disputed: judged(running(A), "EC25EFA-512-STD"),
  impaired: judged(
    running(A, { ...offline, cfun: 5, cfunHistory: [7, 5], imei: { kind: "empty", reads: 3 } }),
    "EC25AFA-512-STD",
  ),
  outdated: judged(running(A), "EC25AFA-512-STD", "EC25AFAR05A08M4G"),
  match: judged(running(A), "EC25AFA-512-STD"),
  suspect: judged(running(E, offline)),
};

export const VERDICTS = Object.keys(JUDGEMENTS) as Verdict[];

/** A module that answers everything with what must never reach a terminal raw. */
export const HOSTILE_JUDGEMENT = judged(
  running(`EC25${HOSTILE}`, {
    ...offline,
    source: `1-1.2${HOSTILE}`,
    maker: HOSTILE,
    operator: HOSTILE,
    cfunError: HOSTILE,
    sim: HOSTILE,
    qmiMode: HOSTILE,
  }),
);
