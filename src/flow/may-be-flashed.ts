import { EcflashError } from "../core/errors.js";
import type { Declaration } from "../core/declaration.js";
import type { Judgement } from "../core/verdict.js";
import type { FlowContext } from "./context.js";
import { declaredCode } from "./target.js";

export interface Wish {
  readonly declarations: readonly Declaration[];
  readonly release?: string | undefined;
}

/** Evidence of what is declared; the rest is what the module claims and shows, whoever told of it. */
const DECLARED_BY: readonly string[] = ["label", "variant", "inventory"];

/** The hardware code to flash for, or null when there is nothing to do. Everything else refuses before the DM port is opened. */
export function mayBeFlashed(
  { facts }: FlowContext,
  judgement: Judgement,
  { declarations, release }: Wish,
): string | null {
  const { verdict, declared, claimed } = judgement;
  const claims = claimed?.text ?? judgement.reading.revisions.at(-1)?.text ?? "nothing";
  const state = { where: "normal", image: "old" } as const;
  if (verdict === "not-running")
    throw new EcflashError("wrong-mode", {
      portPath: judgement.reading.source,
      mode: judgement.reading.mode,
    });
  if (declared === null) throw new EcflashError("undeclared", { claimed: claims }, { state });
  if (verdict === "disputed") {
    const because = judgement.evidence
      .filter(({ from, weight }) => weight !== "context" && !DECLARED_BY.includes(from))
      .map(({ says }) => says)
      .join("; ");
    throw new EcflashError("disputed", { declared: declared.text, claimed: claims, because }, { state });
  }
  const code = declaredCode(declarations, facts, claims);
  if (verdict === "match" && (release === undefined || release === claimed?.text)) return null;
  if (verdict === "match" || verdict === "mismatch" || verdict === "outdated") {
    const because =
      claimed === null
        ? `${claims} is not a revision of Quectel's`
        : judgement.found === "judged"
          ? null
          : `${claims} is firmware of another model, not of the declared module`;
    if (because !== null) throw new EcflashError("verdict-forbids-flash", { verdict, because }, { state });
    return code;
  }
  throw new EcflashError(
    "verdict-forbids-flash",
    { verdict, because: judgement.advice[0] ?? claims },
    { state },
  );
}
