import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  advance,
  type Change,
  CHANGES,
  describeState,
  type Image,
  IMAGES,
  type ModuleState,
  type Where,
  WHERES,
} from "../../src/core/lifecycle.js";

type Row = readonly [where: Where, image: Image, change: Change, thenWhere: Where, thenImage: Image];

/** What each change does to the place of the module, whatever its image. The image is in the next table. */
const PLACES: readonly { from: Where; change: Change; to: Where }[] = [
  // On the way into EDL.
  { from: "normal", change: "edl-requested", to: "leaving" },
  { from: "leaving", change: "edl-appeared", to: "edl" },
  { from: "leaving", change: "edl-not-entered", to: "normal" },
  { from: "leaving", change: "normal-appeared", to: "normal" },
  { from: "leaving", change: "other-appeared", to: "missing" },
  { from: "leaving", change: "deadline-passed", to: "missing" },
  // On the way out of it: only a reset that was sent, or the module leaving the bus.
  { from: "edl", change: "reset-sent", to: "restarting" },
  { from: "edl", change: "normal-appeared", to: "normal" },
  { from: "edl", change: "gone", to: "missing" },
  { from: "edl", change: "other-appeared", to: "missing" },
  { from: "restarting", change: "normal-appeared", to: "normal" },
  { from: "restarting", change: "edl-appeared", to: "edl" },
  { from: "restarting", change: "other-appeared", to: "missing" },
  { from: "restarting", change: "deadline-passed", to: "missing" },
  // Somebody pulls it, swaps it, or puts it back.
  { from: "normal", change: "gone", to: "missing" },
  { from: "normal", change: "edl-appeared", to: "edl" },
  { from: "normal", change: "other-appeared", to: "missing" },
  { from: "missing", change: "normal-appeared", to: "normal" },
  { from: "missing", change: "edl-appeared", to: "edl" },
];

/** Every change that alters what is known of the image. */
const IMAGE_MOVES: readonly Row[] = [
  // An erase makes the image partial, even one that was complete: the plan is running again.
  ["edl", "old", "erase-sent", "edl", "partial"],
  ["edl", "new", "erase-sent", "edl", "partial"],
  ["edl", "unknown", "erase-sent", "edl", "partial"],
  ["edl", "partial", "plan-acknowledged", "edl", "new"],
  // The revision is believed, in normal mode only.
  ["normal", "old", "revision-confirmed", "normal", "new"],
  ["normal", "partial", "revision-confirmed", "normal", "new"],
  ["normal", "unknown", "revision-confirmed", "normal", "new"],
  ["normal", "new", "revision-differs", "normal", "unknown"],
  // All was acknowledged, and after the reset it is in EDL again: its boot loader does not start.
  ["restarting", "new", "edl-appeared", "edl", "unknown"],
  // Half a firmware is not expected to start. If it does, what it holds is not known.
  ["normal", "partial", "normal-appeared", "normal", "unknown"],
  ["leaving", "partial", "normal-appeared", "normal", "unknown"],
  ["edl", "partial", "normal-appeared", "normal", "unknown"],
  ["restarting", "partial", "normal-appeared", "normal", "unknown"],
  ["missing", "partial", "normal-appeared", "normal", "unknown"],
];

const STATES: readonly ModuleState[] = WHERES.flatMap((where) => IMAGES.map((image) => ({ where, image })));

/** The tables above as one function, looked up and never computed. */
function expected({ where, image }: ModuleState, change: Change): ModuleState {
  const place = PLACES.find((row) => row.from === where && row.change === change)?.to ?? where;
  const move = IMAGE_MOVES.find((row) => row[0] === where && row[1] === image && row[2] === change);
  return move === undefined ? { where: place, image } : { where: move[3], image: move[4] };
}

const anyChanges = fc.array(fc.constantFrom(...CHANGES), { maxLength: 30 });
const anyState = fc.constantFrom(...STATES);

describe("the lifecycle table", () => {
  it("has a row of the tables above, or stands still, for each of the 240 places, images and changes", () => {
    const cells = STATES.flatMap((state) => CHANGES.map((change) => ({ state, change })));
    expect(cells).toHaveLength(240);
    for (const { state, change } of cells)
      expect(advance(state, change), `${state.where}/${state.image} + ${change}`).toEqual(
        expected(state, change),
      );
  });

  it("names no cell twice and lists no row that does nothing", () => {
    expect(new Set(PLACES.map((row) => `${row.from} ${row.change}`)).size).toBe(PLACES.length);
    expect(new Set(IMAGE_MOVES.map((row) => row.slice(0, 3).join(" "))).size).toBe(IMAGE_MOVES.length);
    for (const row of PLACES) expect(row.to).not.toBe(row.from);
    for (const [where, image, , thenWhere, thenImage] of IMAGE_MOVES)
      expect([thenWhere, thenImage]).not.toEqual([where, image]);
  });
});

describe("which image a module holds", () => {
  it("becomes new only when a plan was acknowledged in EDL, or the revision confirmed in normal mode", () => {
    fc.assert(
      fc.property(anyState, anyChanges, (start, changes) => {
        let state = start;
        let eraseSent = start.image === "partial";
        for (const change of changes) {
          const next = advance(state, change);
          if (next.image === "new" && state.image !== "new") {
            const acknowledged = change === "plan-acknowledged" && state.where === "edl" && eraseSent;
            const confirmed = change === "revision-confirmed" && state.where === "normal";
            expect(acknowledged || confirmed).toBe(true);
          }
          if (change === "erase-sent" && state.where === "edl") eraseSent = true;
          state = next;
        }
      }),
    );
  });

  it("stays partial in EDL after the first erase, until the plan is acknowledged", () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        let state = advance({ where: "edl", image: "old" }, "erase-sent");
        for (const change of changes) {
          state = advance(state, change);
          if (state.where !== "edl" || change === "plan-acknowledged") return;
          expect(state.image).toBe("partial");
        }
      }),
    );
  });

  it("is never called old again once an erase was sent", () => {
    fc.assert(
      fc.property(anyChanges, (changes) => {
        let state = advance({ where: "edl", image: "old" }, "erase-sent");
        for (const change of changes) {
          state = advance(state, change);
          expect(state.image).not.toBe("old");
        }
      }),
    );
  });
});

describe("stories", () => {
  const tell = (start: ModuleState, ...changes: Change[]) => changes.reduce(advance, start);

  it("a whole flash ends in normal mode with the new image", () => {
    const end = tell(
      { where: "normal", image: "old" },
      "edl-requested",
      "gone",
      "edl-appeared",
      "erase-sent",
      "plan-acknowledged",
      "reset-sent",
      "gone",
      "normal-appeared",
      "revision-confirmed",
    );
    expect(end).toEqual({ where: "normal", image: "new" });
  });

  it("a sighting is no change: a module still in EDL during the ten seconds after its reset is restarting", () => {
    const afterReset = tell({ where: "edl", image: "partial" }, "plan-acknowledged", "reset-sent");
    const sightings = [
      { mode: "edl", deviceNumber: 7 },
      { mode: "edl", deviceNumber: 7 },
      { mode: "edl", deviceNumber: 7 },
      { mode: "normal", deviceNumber: 8 },
    ] as const;
    const appeared = { edl: "edl-appeared", normal: "normal-appeared" } as const;
    const changes = sightings.flatMap(({ mode, deviceNumber }, index): Change[] =>
      deviceNumber === (sightings[index - 1]?.deviceNumber ?? 7) ? [] : ["gone", appeared[mode]],
    );
    expect(tell(afterReset, ...changes)).toEqual({ where: "normal", image: "new" });
    // Fed with its sightings, the same module would be taken for one whose boot loader does not start.
    expect(tell(afterReset, ...sightings.map(({ mode }) => appeared[mode]))).not.toEqual(
      tell(afterReset, ...changes),
    );
  });

  it("a module that left after the reset and came back in EDL has a boot loader that does not start", () => {
    const end = tell(
      { where: "edl", image: "partial" },
      "plan-acknowledged",
      "reset-sent",
      "gone",
      "edl-appeared",
    );
    expect(end).toEqual({ where: "edl", image: "unknown" });
  });

  it("a module unplugged in the middle of a write is still half-written when it is back in EDL", () => {
    const end = tell({ where: "edl", image: "old" }, "erase-sent", "gone", "edl-appeared");
    expect(end).toEqual({ where: "edl", image: "partial" });
  });

  it("looking only, and walking away before the first erase, leaves the old image", () => {
    const end = tell(
      { where: "normal", image: "old" },
      "edl-requested",
      "edl-appeared",
      "reset-sent",
      "normal-appeared",
    );
    expect(end).toEqual({ where: "normal", image: "old" });
  });
});

describe("describeState", () => {
  it("says each of the 20 states in one sentence", () => {
    const sentences = STATES.map((state) => `${state.where}/${state.image}: ${describeState(state)}`);
    expect(sentences).toMatchSnapshot();
  });

  it("says that nothing was written of the old image, and of no other", () => {
    for (const state of STATES)
      expect(describeState(state).includes("nothing was written")).toBe(state.image === "old");
  });
});
