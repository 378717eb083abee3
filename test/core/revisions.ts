import fc from "fast-check";
import type { Facts } from "../../src/core/facts.js";

const two = fc.nat(99).map((value) => String(value).padStart(2, "0"));
const half = fc
  .tuple(fc.constantFrom("01", "20", "30", "A0"), fc.nat(999), fc.option(two))
  .map(([first, second, edition]) => {
    const numbers = `${first}.${String(second).padStart(3, "0")}`;
    return edition === null ? numbers : `${numbers}V${edition}`;
  });
/** Two, three or four parts. */
const subEdition = fc.oneof(
  half,
  fc.tuple(half, two).map(([left, right]) => `${left}.${right}`),
  fc.tuple(half, half).map(([left, right]) => `${left}.${right}`),
);
const mark = fc.oneof(
  fc.constantFrom("_OCPU", "_SKT", "_AUD", "#STW", "_BETA"),
  fc.tuple(two, two).map(([month, day]) => `_BETA${month}${day}`),
  fc.tuple(two, two).map(([month, day]) => `_BETA_2020${month}${day}F`),
);

/** Any text that the revision grammar has words for, of codes that are in the table and of codes that are not. */
export function anyRevisionText(facts: Facts): fc.Arbitrary<string> {
  const code = fc.oneof(
    fc.constantFrom(...facts.hardwareCodes.keys()),
    fc.stringMatching(/^[ABCDEFGLMUX]{1,6}$/).map((s) => `EC25${s}`),
  );
  return fc
    .record({
      code,
      baseline: two,
      build: two,
      edition: fc.option(two),
      flash: fc.constantFrom("M1G", "M2G", "M4G", "E2G", "M16G"),
      marks: fc.array(mark, { maxLength: 2 }),
      numbers: fc.option(subEdition),
      behind: fc.constantFrom("", "", "  1  [Nov 10 2016 17:00:00]", " 1 [May 12 2020 00:00:00]"),
    })
    .map(({ code, baseline, build, edition, flash, marks, numbers, behind }) => {
      const spelled = edition === null ? "" : `V${edition}`;
      const end = numbers === null ? "" : `_${numbers}`;
      return `${code}R${baseline}A${build}${spelled}${flash}${marks.join("")}${end}${behind}`;
    });
}
