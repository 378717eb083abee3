import { signalOf } from "./radio.js";
import { type Answers, does, FRESH_PORT, ok, type SetForm } from "./state.js";

/** How a port talks: echo, error words, and settings of old modems that programs send to any (the rig's list). */
export const PORT: Answers = {
  "": () => ok(),
  E: () => does({ kind: "port", change: { echo: true } }),
  E0: () => does({ kind: "port", change: { echo: false } }),
  E1: () => does({ kind: "port", change: { echo: true } }),
  Z: () => does({ kind: "port", change: FRESH_PORT }),
  Z0: () => does({ kind: "port", change: FRESH_PORT }),
  "&F": () => does({ kind: "port", change: FRESH_PORT }),
  "&F0": () => does({ kind: "port", change: FRESH_PORT }),
  ...Object.fromEntries(
    ["V1", "Q0", "X0", "X1", "X2", "X3", "X4", "&C0", "&C1", "&D0", "&D1", "&D2", "&W"].map((text) => [
      text,
      () => ok(),
    ]),
  ),
  "+CMEE?": ({ port }) => ok(`+CMEE: ${port.cmee ?? 1}`),
  "+CMEE=?": () => ok("+CMEE: (0-2)"),
  "+CMEE=0": () => does({ kind: "port", change: { cmee: 0 } }),
  "+CMEE=1": () => does({ kind: "port", change: { cmee: 1 } }),
  "+CMEE=2": () => does({ kind: "port", change: { cmee: 2 } }),
  "+IPR?": () => ok("+IPR: 115200"),
  // Where URCs go is fixed here: each port says those it was asked for.
  '+QURCCFG="URCPORT"': () => ok('+QURCCFG: "urcport","usbat"'),
  '+QURCCFG="URCPORT","USBAT"': () => ok(),
  '+QURCCFG="URCPORT","USBMODEM"': () => ok(),
  '+QURCCFG="URCPORT","UART1"': () => ok(),
  "+QGPS?": () => ok("+QGPS: 0"),
  "+QGPS=?": () => ok("+QGPS: (1-4),(1-255),(0-1000),(0-1000),(1-65535)"),
};

/** Kinds of indication, and which are on when nobody has said anything. */
const INDICATIONS: Readonly<Record<string, boolean>> = {
  all: true,
  csq: false,
  smsfull: false,
  ring: true,
  smsincoming: true,
  act: false,
};

/** `AT+QINDCFG="csq",1[,0]` and its read. `act` is told at once when it is switched on; only the two kinds that say something here are kept. */
export const indicationSet: SetForm = (text, { port, registered }) => {
  const fields = /^\+QINDCFG="(?<name>[A-Z]+)"(?:,(?<on>[01])(?:,[01])?)?$/.exec(text)?.groups;
  const name = fields?.["name"]?.toLowerCase() ?? "";
  if (!Object.hasOwn(INDICATIONS, name)) return null;
  const on = fields?.["on"];
  if (on === undefined)
    return ok(`+QINDCFG: "${name}",${INDICATIONS[name] === true || port.indications.includes(name) ? 1 : 0}`);
  const others = port.indications.filter((other) => other !== name);
  const indications = on === "1" ? [...others, name] : others;
  const told = on === "1" && name === "act";
  return does(
    { kind: "port", change: { indications } },
    ...(told ? [{ kind: "indicate", indication: actIndication(registered) } as const] : []),
  );
};

/** The access technology, or that there is none (domain.md 2; `UNKNOWN` is the manual's word). */
export function actIndication(registered: boolean): string {
  return `"act","${registered ? "LTE" : "UNKNOWN"}"`;
}

export function csqIndication(registered: boolean): string {
  return `"csq",${signalOf(registered)}`;
}
