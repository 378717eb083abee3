import { describe, expect, it } from "vitest";
import type { Declaration } from "../../src/core/declaration.js";
import type { ImeiReading, ModuleMode, ModuleReading, Registration } from "../../src/core/reading.js";
import { judge } from "../../src/core/verdict.js";
import type { Verdict } from "../../src/core/verdict-table.js";
import { byCode, byVariant, FACTS, MASK_OF_A, moduleSaying } from "./facts.js";

/**
 * The verdict over the product of what a module can say and show and what can be declared: inputs, not the features that
 * `verdict.ts` makes of them. The truth of each input is written beside it; `expected` is design.md "Verdict" in words.
 */

interface Said {
  readonly text: string | null;
  readonly is: "judged" | "neighbour" | "clone" | "custom" | "not-ready" | "silent";
  readonly code?: string;
  readonly variant?: string;
}

const SAID: readonly Said[] = [
  { text: "EC25AFAR05A07M4G_30.005.30.005", is: "judged", code: "EC25AFA", variant: "EC25-A" },
  { text: "EC25EFAR06A11M4G_01.001.01.001", is: "judged", code: "EC25EFA", variant: "EC25-E" },
  { text: "EC25EUXGAR08A13M1G_20.200.20.200", is: "judged", code: "EC25EUXGA", variant: "EC25-EUX" },
  { text: "EC21EFAR06A02M4G", is: "neighbour", code: "EC21EFA" },
  { text: "QDC507GLEFM21_01.001.01.007", is: "clone" },
  { text: "0.5.1", is: "custom" },
  { text: "EC25EFAR06A11M4G_01.001.00.000", is: "not-ready" },
  { text: null, is: "silent" },
];

interface Declared {
  readonly declarations: readonly Declaration[];
  readonly code?: string;
  readonly variant?: string;
  readonly conflict?: true;
}

const DECLARED: readonly Declared[] = [
  { declarations: [] },
  { declarations: [byCode("EC25AFA", "M4G")], code: "EC25AFA", variant: "EC25-A" },
  { declarations: [byVariant("EC25-A")], variant: "EC25-A" },
  { declarations: [byCode("EC25EUXGA")], code: "EC25EUXGA", variant: "EC25-EUX" },
  { declarations: [byCode("EC25AFA"), byVariant("EC25-E")], conflict: true },
];

const MASK_OF_EUX = { gw: 0x93n, lte: 0x1a0080800c5n };
/** Whose factory mask it is, seen on a real unit; `E` is computed and so nobody's. */
const MASKS: readonly { readonly band: ModuleReading["band"]; readonly owner: string | null }[] = [
  { band: null, owner: null },
  { band: MASK_OF_A, owner: "EC25-A" },
  { band: MASK_OF_EUX, owner: "EC25-EUX" },
  { band: { gw: 0xd3n, lte: 0x1a0000800d5n }, owner: null },
];
/** A band of the mask's owner that the claim lacks, and one the other way: true of A and E, of A and EUX. */
const APART: readonly (readonly [string, string])[] = [
  ["EC25-A", "EC25-E"],
  ["EC25-A", "EC25-EUX"],
  ["EC25-EUX", "EC25-E"],
];
const apart = (a: string, b: string) => APART.some(([x, y]) => (x === a && y === b) || (x === b && y === a));

const IMEIS: readonly ImeiReading[] = [
  { kind: "present", imei: "000000000000018" },
  { kind: "empty", reads: 3 },
  { kind: "empty", reads: 1 },
  { kind: "unread" },
];
const MODES: readonly ModuleMode[] = ["normal", "edl", "dump", "fastboot", "absent"];
const CFUNS = [null, 1, 4, 5, 7] as const;
const REGISTRATIONS: readonly (Registration | null)[] = ["home", "roaming", "none", null];
const RELEASES = [undefined, "EC25AFAR05A07M4G", "EC25AFAR05A08M4G"] as const;

interface Case {
  readonly mode: ModuleMode;
  readonly said: Said;
  readonly declared: Declared;
  readonly cfun: (typeof CFUNS)[number];
  readonly registration: Registration | null;
  readonly mask: (typeof MASKS)[number];
  readonly imei: ImeiReading;
  readonly release: (typeof RELEASES)[number];
}

/** The table of design.md, from the top; the first sentence that applies. */
function expected({ mode, said, declared, cfun, registration, mask, imei, release }: Case): Verdict {
  const anything = declared.declarations.length > 0;
  if (mode !== "normal") return "not-running";
  if (said.is === "clone") return anything ? "mismatch" : "unsupported";
  if (said.is === "neighbour" && !anything) return "unsupported";
  if (said.is === "not-ready" || said.is === "silent") return "unknown";
  if (said.is === "custom") return "custom";
  const registered = registration === "home" || registration === "roaming";
  // Registered, with CFUN not asked, is as good: a module in CFUN 5 or 7 does not register.
  const runs = (cfun === 1 || cfun === null) && registered;
  const lost = cfun === 5 || (imei.kind === "empty" && imei.reads >= 3);
  if (declared.conflict === true) return "disputed";
  if (anything) {
    const same =
      declared.code === undefined ? declared.variant === said.variant : declared.code === said.code;
    if (!same) {
      const speaksForClaim =
        mask.owner !== null && mask.owner === said.variant && mask.owner !== declared.variant;
      return runs || speaksForClaim ? "disputed" : "mismatch";
    }
    if (lost || cfun === 7) return "impaired";
    const short = said.text?.split("_")[0];
    return release === undefined || release === short || release === said.text ? "match" : "outdated";
  }
  if (said.variant !== undefined && mask.owner !== null && !runs && apart(mask.owner, said.variant))
    return "suspect";
  return lost || cfun === 7 ? "suspect" : "unknown";
}

function* product(): Generator<Case> {
  for (const mode of MODES)
    for (const said of SAID)
      for (const declared of DECLARED)
        for (const cfun of CFUNS)
          for (const registration of REGISTRATIONS)
            for (const mask of MASKS)
              for (const imei of IMEIS)
                for (const release of RELEASES)
                  yield { mode, said, declared, cfun, registration, mask, imei, release };
}

describe("the verdict, on the product of what is said, shown and declared", () => {
  it("is that of the design's table, for every combination", () => {
    const counts = new Map<Verdict, number>();
    let cases = 0;
    for (const one of product()) {
      const { mode, said, declared, cfun, registration, mask, imei, release } = one;
      const shown = { mode, cfun, registration, imei, band: mask.band };
      const reading = moduleSaying(said.text ?? [], shown);
      const options = { declarations: declared.declarations, requiredRelease: release };
      const { verdict } = judge(reading, FACTS, options);
      const right = expected(one);
      // Words are made for the failing ones only: there are two hundred thousand.
      if (verdict !== right) expect({ ...shown, said, release, verdict }).toEqual({ verdict: right });
      counts.set(right, (counts.get(right) ?? 0) + 1);
      cases += 1;
    }
    expect(cases).toBe(
      [MODES, SAID, DECLARED, CFUNS, REGISTRATIONS, MASKS, IMEIS, RELEASES].reduce(
        (n, { length }) => n * length,
        1,
      ),
    );
    // Every verdict of the table was met.
    expect(counts.size).toBe(10);
  }, 120_000);
});
