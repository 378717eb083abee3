import { actIndication, csqIndication } from "./port-settings.js";
import { registrationDigit, registrationText } from "./radio.js";
import { type AtState, type PortSettings, REGISTRATION_COMMANDS } from "./state.js";

/** What a port has last told, or would have. */
export interface Standing {
  readonly digit: number;
  readonly registered: boolean;
}

export function standingOf(state: AtState): Standing {
  return { digit: registrationDigit(state), registered: state.registered };
}

/** The URCs that a change is told with on a port that asked for them; none when nothing changed. */
export function reportsOf(before: Standing, now: Standing, port: PortSettings): string[] {
  const registration =
    before.digit === now.digit
      ? []
      : REGISTRATION_COMMANDS.filter((command) => port.registration[command] > 0).map(
          (command) => `${command}: ${registrationText(port.registration[command], now.digit)}`,
        );
  if (before.registered === now.registered) return registration;
  return [
    ...registration,
    ...(port.indications.includes("act") ? [`+QIND: ${actIndication(now.registered)}`] : []),
    ...(port.indications.includes("csq") ? [`+QIND: ${csqIndication(now.registered)}`] : []),
  ];
}
