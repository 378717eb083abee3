/** A program in the middle of its data. */
export interface RawWrite {
  readonly startSector: number;
  readonly endSector: number;
  readonly partition: string | null;
  readonly totalBytes: number;
  doneBytes: number;
  /** Where the next whole page goes; ahead of the count where bad blocks were skipped. */
  nextSector: number;
  /** Bytes of a page that is not whole yet. */
  page: number[];
}

/** What of a running programmer lasts when its host is killed (qdl issues 184, 232). */
export interface ProgrammerState {
  configured: boolean;
  /** Says nothing any more until power is lost. */
  mute: boolean;
  /** Takes no transfer any more. */
  stuck: boolean;
  payloadBytes: number;
  raw: RawWrite | null;
  reading: { nextSector: number; sectorsLeft: number } | null;
  /** Its answer to an erase is still to come; until then it takes nothing else. */
  erasing: boolean;
  /** Waits for an empty packet behind whole ones. */
  awaitsZlp: boolean;
  /** Base64 of a transfer whose end has not come. */
  unended: string;
}

export function freshProgrammer(): ProgrammerState {
  return {
    configured: false,
    mute: false,
    stuck: false,
    payloadBytes: 8192,
    raw: null,
    reading: null,
    erasing: false,
    awaitsZlp: false,
    unended: "",
  };
}
