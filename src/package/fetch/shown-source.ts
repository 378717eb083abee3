const HIDDEN = "***";

/**
 * A source as it may be told and logged: user and password, and the values of a query (tokens of signed addresses), are
 * hidden. A path stays as it is.
 */
export function shownSource(source: string): string {
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(source)) return source;
  if (!URL.canParse(source))
    return source.replace(/\/\/[^/@]*@/, `//${HIDDEN}@`).replace(/\?.*$/, `?${HIDDEN}`);
  const url = new URL(source);
  const who = url.username === "" && url.password === "" ? "" : `${HIDDEN}@`;
  const query = [...url.searchParams.keys()].map((key) => `${key}=${HIDDEN}`).join("&");
  return `${url.protocol}//${who}${url.host}${url.pathname}${query === "" ? "" : `?${query}`}`;
}
