import {
  type Answers,
  type AtContext,
  type AtState,
  BARE_ERROR,
  cme,
  does,
  ok,
  REGISTRATION_COMMANDS,
  type RegistrationCommand,
  type SetForm,
} from "./state.js";

import { CREG_DIGIT, type Registration } from "../network.js";

/** Area and cell of the virtual network. */
const AREA = "0001";
const CELL = "0000001";
const LTE = 7;
/** Where a scan finds a network, if only one that will not have it. */
const HAS_CELL: Readonly<Record<Registration, boolean>> = {
  home: true,
  roaming: true,
  denied: true,
  emergency: true,
  searching: false,
  none: false,
};

/** Functionality, registration, operator and signal (domain.md 2, 2.2). */
export const RADIO: Answers = {
  "+CFUN?": ({ cfun }) => ok(`+CFUN: ${cfun}`),
  "+CFUN=?": () => ok("+CFUN: (0,1,4),(0,1)"),
  "+COPS?": ({ registered, network, port }) => {
    if (!registered) return ok("+COPS: 0");
    const name = port.operatorFormat === 2 ? network.plmn : network.operator;
    return ok(`+COPS: 0,${port.operatorFormat},"${name}",${LTE}`);
  },
  "+COPS=?": (context) => networkScan(context),
  "+CSQ": ({ registered }) => ok(`+CSQ: ${signalOf(registered)}`),
  "+QCSQ": ({ registered }) => ok(registered ? '+QCSQ: "LTE",53,-80,195,-8' : '+QCSQ: "NOSERVICE"'),
  "+QNWINFO": ({ registered, network }) =>
    ok(registered ? `+QNWINFO: "FDD LTE","${network.plmn}","LTE BAND 4",2050` : "+QNWINFO: No Service"),
  "+CEMODE?": () => ok("+CEMODE: 2"),
  // No network gives it the time: the clock stands where GPS time began (expected).
  "+CCLK?": () => ok('+CCLK: "80/01/06,00:00:00+00"'),
  "+CTZU=?": () => ok("+CTZU: (0,1,3)"),
  ...Object.fromEntries(
    REGISTRATION_COMMANDS.flatMap((command) => [
      [`${command}?`, (context: AtContext) => ok(registrationRead(command, context))],
      [`${command}=?`, () => ok(`${command}: (0-2)`)],
    ]),
  ),
};

/** Going online on foreign firmware is a phone failure (forums.quectel.com 58100). For lost calibration it is expected to be one too. */
export const cfunSet: SetForm = (text, { cfun }) => {
  const fields = /^\+CFUN=(?<value>[014])(?<restart>,[01])?$/.exec(text)?.groups;
  if (fields === undefined) return null;
  const restart = fields["restart"] === ",1";
  if (!restart && (cfun === 7 || cfun === 5)) return cme(0);
  return does({ kind: "cfun", value: Number(fields["value"]), restart });
};

export const registrationSet: SetForm = (text, { port }) => {
  const { command = "", mode = "" } = /^(?<command>\+C(?:G|E)?REG)=(?<mode>[012])$/.exec(text)?.groups ?? {};
  const known = REGISTRATION_COMMANDS.find((name) => name === command);
  if (known === undefined) return null;
  const registration = { ...port.registration, [known]: Number(mode) as 0 | 1 | 2 };
  return does({ kind: "port", change: { registration } });
};

/** Automatic choice is all the virtual module does; `3,n` sets how the operator is written. */
export const operatorSet: SetForm = (text) => {
  if (/^\+COPS=0(,[0-2])?$/.test(text)) return ok();
  const format = /^\+COPS=3,(?<format>[0-2])$/.exec(text)?.groups?.["format"];
  return format === undefined
    ? null
    : does({ kind: "port", change: { operatorFormat: Number(format) as 0 | 1 | 2 } });
};

/** 4, unknown, is what it says without a card (PANDA). */
export function registrationDigit({ registration, cfun, network }: AtState): number {
  if (cfun !== 1) return 0;
  return network.sim === "ready" ? CREG_DIGIT[registration] : 4;
}

/** `1`, or with the cell where the mode asks for it and there is one (3GPP 27.007). */
export function registrationText(mode: 0 | 1 | 2, digit: number): string {
  return mode === 2 && (digit === CREG_DIGIT.home || digit === CREG_DIGIT.roaming)
    ? `${digit},"${AREA}","${CELL}",${LTE}`
    : String(digit);
}

export function signalOf(registered: boolean): string {
  return `${registered ? 30 : 99},99`;
}

function registrationRead(command: RegistrationCommand, context: AtContext): string {
  const mode = context.port.registration[command];
  return `${command}: ${mode},${registrationText(mode, registrationDigit(context))}`;
}

/** Without radio it is refused (forums.quectel.com 58100); with, it takes its time and the port with it. */
function networkScan({ cfun, network, registered, module }: AtContext) {
  if (cfun !== 1) return BARE_ERROR;
  const found = `(${registered ? 2 : 1},"${network.operator}","${network.operator}","${network.plmn}",${LTE})`;
  const networks = HAS_CELL[network.registration] ? `${found},` : "";
  return { ...ok(`+COPS: ${networks},(0-4),(0-2)`), blocksMs: module.timing.networkScanMs };
}
