/** What somebody wants, offers or remembers is no installed revision, however deep it lies below such a name. */
const NOT_INSTALLED =
  /expect|example|sample|target|want|desired|required|available|latest|release|update|upgrade|candidate|previous|catalog|package|default|history/i;

export function isNotInstalled(name: string): boolean {
  return NOT_INSTALLED.test(name);
}
