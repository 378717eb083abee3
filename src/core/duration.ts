const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `90s`, `15m`, `12h`, `7d`, `2w`; a bare number is in `bareUnit`, where one is given. Null for anything else, and for 0. */
export function parseDurationMs(text: string, bareUnit: string | null = null): number | null {
  const { value, unit } =
    /^(?<value>\d{1,9}(?:\.\d{1,3})?)\s?(?<unit>ms|[smhdw])?$/i.exec(text.trim())?.groups ?? {};
  const unitMs = UNIT_MS[unit?.toLowerCase() ?? bareUnit ?? ""];
  if (value === undefined || unitMs === undefined) return null;
  const ms = Math.round(Number(value) * unitMs);
  return ms > 0 ? ms : null;
}

/** `9 d 4 h`, `35 min`: two units at most, rounded down. */
export function describeDuration(ms: number): string {
  const steps = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1_000],
  ] as const;
  const at = steps.findIndex(([, unitMs]) => ms >= unitMs);
  const [large, small] = at < 0 ? [] : steps.slice(at);
  if (large === undefined) return `${ms} ms`;
  const whole = Math.floor(ms / large[1]);
  const rest = small === undefined ? 0 : Math.floor((ms - whole * large[1]) / small[1]);
  return `${whole} ${large[0]}${rest === 0 || small === undefined ? "" : ` ${rest} ${small[0]}`}`;
}
