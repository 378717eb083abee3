/** A wait that a person may be told of: for what, and how long at most. */
export interface NamedWait {
  readonly what: string;
  readonly limitMs: number;
}

export type TellWait = (wait: NamedWait) => void;
