/**
 * Whether a file's name matches a pattern with `*` and `?`. In time of at most name times pattern: a star that was tried
 * too short is given one character more, and earlier stars never again.
 */
export function matchesWildcard(name: string, pattern: string): boolean {
  let at = 0;
  let of = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    if (pattern[of] === "*") {
      star = of;
      starAt = at;
      of += 1;
    } else if (pattern[of] === "?" || (pattern[of] !== undefined && pattern[of] === name[at])) {
      at += 1;
      of += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      of = star + 1;
    } else return false;
  }
  while (pattern[of] === "*") of += 1;
  return of === pattern.length;
}
