/**
 * Two facts about a module, moved by one table: where it is, and which image it holds. The table is fed with changes
 * at the port path, never with sightings: after a flash the module lingers in EDL for about ten seconds
 * (`<power DelayInSeconds="10">`, domain.md 4.2), so "it is in EDL" after a reset means nothing until it left.
 */

export type Where = "normal" | "leaving" | "edl" | "restarting" | "missing";
export type Image = "old" | "partial" | "new" | "unknown";

export interface ModuleState {
  readonly where: Where;
  readonly image: Image;
}

export type Change =
  | "edl-requested"
  | "edl-not-entered"
  | "gone"
  | "edl-appeared"
  | "normal-appeared"
  | "other-appeared"
  | "erase-sent"
  | "plan-acknowledged"
  | "reset-sent"
  | "revision-confirmed"
  | "revision-differs"
  | "deadline-passed";

export const WHERES: readonly Where[] = ["normal", "leaving", "edl", "restarting", "missing"];
export const IMAGES: readonly Image[] = ["old", "partial", "new", "unknown"];
export const CHANGES: readonly Change[] = [
  "edl-requested",
  "edl-not-entered",
  "gone",
  "edl-appeared",
  "normal-appeared",
  "other-appeared",
  "erase-sent",
  "plan-acknowledged",
  "reset-sent",
  "revision-confirmed",
  "revision-differs",
  "deadline-passed",
];

/** Where each change leads from each place. What is not listed does not move the module. */
const MOVES: Readonly<Record<Where, Partial<Record<Change, Where>>>> = {
  normal: { "edl-requested": "leaving", gone: "missing", "edl-appeared": "edl", "other-appeared": "missing" },
  leaving: {
    "edl-appeared": "edl",
    "normal-appeared": "normal",
    "edl-not-entered": "normal",
    "other-appeared": "missing",
    "deadline-passed": "missing",
  },
  edl: {
    gone: "missing",
    "normal-appeared": "normal",
    "other-appeared": "missing",
    "reset-sent": "restarting",
  },
  restarting: {
    "normal-appeared": "normal",
    "edl-appeared": "edl",
    "other-appeared": "missing",
    "deadline-passed": "missing",
  },
  missing: { "normal-appeared": "normal", "edl-appeared": "edl" },
};

function nextImage(state: ModuleState, change: Change): Image {
  switch (change) {
    case "erase-sent":
      return state.where === "edl" ? "partial" : state.image;
    case "plan-acknowledged":
      return state.where === "edl" && state.image === "partial" ? "new" : state.image;
    case "revision-confirmed":
      return state.where === "normal" ? "new" : state.image;
    case "revision-differs":
      return state.where === "normal" && state.image === "new" ? "unknown" : state.image;
    case "edl-appeared":
      // Every item was acknowledged and yet its boot loader does not start.
      return state.where === "restarting" && state.image === "new" ? "unknown" : state.image;
    case "normal-appeared":
      // A half-written image is not expected to start: SBL is absent until the last item.
      return state.image === "partial" ? "unknown" : state.image;
    case "edl-requested":
    case "edl-not-entered":
    case "gone":
    case "other-appeared":
    case "reset-sent":
    case "deadline-passed":
      return state.image;
  }
}

/** The state after a change. Total: a change that means nothing here returns an equal state. */
export function advance(state: ModuleState, change: Change): ModuleState {
  return { where: MOVES[state.where][change] ?? state.where, image: nextImage(state, change) };
}

const WHERE_WORDS: Readonly<Record<Where, string>> = {
  normal: "The module is in normal mode",
  leaving: "The module was told to enter EDL and has not been seen since",
  edl: "The module is in EDL",
  restarting: "The module was told to restart and has not come back yet",
  missing: "At its port path the bus shows the module neither in normal mode nor in EDL",
};

const IMAGE_WORDS: Readonly<Record<Image, string>> = {
  old: "with its old firmware; nothing was written",
  partial: "with a half-written firmware; it is expected to start in EDL until a run completes",
  new: "and every item of the new firmware was acknowledged",
  unknown: "and which firmware it holds is not known",
};

/** How the module is, in one sentence for a person. */
export function describeState(state: ModuleState): string {
  return `${WHERE_WORDS[state.where]}, ${IMAGE_WORDS[state.image]}.`;
}
