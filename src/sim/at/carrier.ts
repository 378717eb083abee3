import { type Answers, ok } from "./state.js";

/** Carrier profiles: index, selected, active, name, version, date (public notes on EG25GGBR07A08M2G). */
const PROFILES = [
  '0,1,1,"ROW_Generic_3GPP",0x0501081F,202307241',
  '1,0,0,"VoLTE-ATT",0x0501033C,202203251',
  '2,0,0,"hVoLTE-Verizon",0x05010141,202302081',
];

export const CARRIER: Answers = {
  '+QMBNCFG="LIST"': () => ok(...PROFILES.map((profile) => `+QMBNCFG: "List",${profile}`)),
  '+QMBNCFG="AUTOSEL"': () => ok('+QMBNCFG: "AutoSel",1'),
};
