/** SIM states a module tells apart (3GPP 27.007, `+CPIN` and CME 10, 13, 14). */
export const SIM_STATES = ["ready", "absent", "pin", "puk", "failure", "not-ready"] as const;
export type SimState = (typeof SIM_STATES)[number];

/**
 * What the search for a network comes to (3GPP 27.007, `+CREG`): `home` and `roaming` carry data, `searching` never
 * ends, `none` has stopped to search, `emergency` is a cell for emergency calls only.
 */
export const REGISTRATIONS = ["home", "roaming", "searching", "denied", "none", "emergency"] as const;
export type Registration = (typeof REGISTRATIONS)[number];

/** A network as the first worlds kept it: they knew only whether a module registers. */
export function upgradedNetwork<T extends { readonly registration: Registration }>(network: T): T {
  const { registers } = network as { registers?: boolean };
  return registers === undefined ? network : { ...network, registration: registers ? "home" : "searching" };
}

export function carriesData(registration: Registration): boolean {
  return registration === "home" || registration === "roaming";
}

/** The digit of `+CREG` and `+CEREG` of a module that is online with a SIM that works (3GPP 27.007, 7.2). */
export const CREG_DIGIT: Readonly<Record<Registration, number>> = {
  none: 0,
  home: 1,
  searching: 2,
  denied: 3,
  roaming: 5,
  emergency: 8,
};
