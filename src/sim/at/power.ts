import { type Answer, type Answers, BARE_ERROR, does, ok } from "./state.js";

/** Switching off, other modes and the module's own copy of its NV (domain.md 2). */
export const POWER: Answers = {
  "+QPOWD": powerDown(),
  "+QPOWD=0": powerDown(),
  "+QPOWD=1": powerDown(),
  "+QFASTBOOT": () => does({ kind: "fastboot" }),
  "+QPRTPARA=1": () => ok(),
  // Refused where calibration is lost (forums.quectel.com 56770). What a restore changes elsewhere nobody recorded: nothing here.
  "+QPRTPARA=3": ({ cfun }) => (cfun === 5 ? BARE_ERROR : ok()),
};

/** One carrier board's notes say ERROR (PANDA), others OK. */
function powerDown(): Answer {
  return ({ module }) => (module.switches.powerDown === "error" ? BARE_ERROR : does({ kind: "power-down" }));
}
