import * as z from "zod";

/** Switches of EDL; `sim/edl-switches.ts` says what each is and on what it rests. */
export const edlSwitches = {
  saharaReads: z
    .enum(["in-order", "wide", "backwards", "twice", "other-image", "hello-again"])
    .default("in-order"),
  payloadLimitBytes: z.int().positive().default(8192),
  zlpAware: z.boolean().default(false),
  storageBlockSize: z.enum(["bytes", "pages"]).default("bytes"),
  storageInfo: z.enum(["answered", "refused"]).default("answered"),
  read: z.enum(["answered", "refused"]).default("answered"),
  programmerSerial: z.enum(["given", "zero"]).default("given"),
  lateLog: z.boolean().default(false),
  answers: z.enum(["one-each", "joined", "split"]).default("one-each"),
  readEnd: z.enum(["apart", "log-first", "joined"]).default("apart"),
};
