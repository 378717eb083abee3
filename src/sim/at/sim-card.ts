import { type Answer, type Answers, BARE_ERROR, cme, type CmeCode, ok } from "./state.js";
import { ICCID, IMSI } from "../qmi/card.js";
import type { Network } from "../scenario.js";

type Sim = Network["sim"];

const CPIN: Readonly<Record<Sim, string | CmeCode>> = {
  ready: "READY",
  pin: "SIM PIN",
  puk: "SIM PUK",
  absent: 10,
  failure: 13,
  "not-ready": 14,
};

/** What a card that is asked for a file comes to (domain.md 2). */
const REFUSED: Readonly<Record<Sim, CmeCode | null>> = {
  ready: null,
  pin: 11,
  puk: 12,
  absent: 10,
  failure: 13,
  "not-ready": 14,
};

/** The card in the slot (domain.md 2). */
export const SIM_CARD: Answers = {
  "+CPIN?": ({ network }) => {
    const state = CPIN[network.sim];
    return typeof state === "string" ? ok(`+CPIN: ${state}`) : cme(state);
  },
  // Without a card it says SIM failure, not "not inserted" (PANDA). The number needs no PIN.
  "+QCCID": ({ network }) =>
    network.sim === "absent" || network.sim === "failure" ? cme(13) : ok(`+QCCID: ${ICCID}`),
  "+CIMI": (context) => {
    const code = REFUSED[context.network.sim];
    if (code === null) return ok(IMSI);
    return context.port.cmee === null ? BARE_ERROR : cme(code);
  },
  "+QSIMSTAT?": ({ network }) => ok(`+QSIMSTAT: 0,${network.sim === "absent" ? 0 : 1}`),
  "+QSIMDET?": () => ok("+QSIMDET: 0,0"),
  "+CPAS": () => ok("+CPAS: 0"),
  "+CPMS?": withCard(() => ok('+CPMS: "ME",0,255,"ME",0,255,"ME",0,255')),
};

function withCard(answer: Answer): Answer {
  return (context) => {
    const code = REFUSED[context.network.sim];
    return code === null ? answer(context) : cme(code);
  };
}
