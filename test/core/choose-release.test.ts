import { describe, expect, it } from "vitest";
import { chooseRelease, lineToKeep, type Offer } from "../../src/core/choose-release.js";
import { isEcflashError } from "../../src/core/errors.js";
import { FACTS as BASE, revision } from "../package/world.js";

const FACTS = {
  ...BASE,
  ordering: {
    sizes: new Map(),
    options: new Map([
      ["STD", { mark: null, standing: "seen" as const }],
      ["SKT", { mark: "SKT", standing: "table" as const }],
    ]),
  },
};
const L30 = "EC25AFAR05A07M4G_30.005.30.005";
const L01 = "EC25AFAR05A07M4G_01.001.01.001";
const OLDER = "EC25AFAR05A05M4G_30.001.30.001";
const SKT = "EC25AFAR05A07M4G_SKT_30.001.30.001";
const OTHER = "EC25EFAR06A11M4G_01.001.01.001";

const offer = (text: string, rest: Partial<Offer> = {}): Offer => ({
  hardwareCodes: [revision(text).hardwareCode],
  orderOptions: ["*"],
  revision: text,
  line: revision(text).buildLine ?? "",
  recommended: true,
  ...rest,
});
const choose = (offers: readonly Offer[], wish: { line?: string; option?: string; asked?: string } = {}) => {
  try {
    return chooseRelease(
      offers,
      {
        hardwareCode: "EC25AFA",
        orderOption: wish.option ?? null,
        askedRevision: wish.asked ?? null,
        line: wish.line ?? null,
      },
      FACTS,
    ).revision;
  } catch (error) {
    if (isEcflashError(error)) return error.code;
    throw error;
  }
};
const older = offer(OLDER, { recommended: false });
const retracted = { reason: "CFUN 7", date: "2026-05-01" };

describe("choosing a release", () => {
  it("takes the recommended one, or the one that was asked for to the letter", () => {
    expect(choose([offer(L30), older])).toBe(L30);
    expect(choose([offer(L30), older], { asked: OLDER })).toBe(OLDER);
    expect(choose([offer(L30)], { asked: "EC25AFAR05A07M4G" })).toBe("release-missing");
  });

  it("stays on the line of the claim; without one, one recommended must remain", () => {
    const both = [offer(L30), offer(L01)];
    expect(choose(both, { line: "01.x" })).toBe(L01);
    expect(choose(both)).toBe("release-missing");
    expect(choose([offer(L30)], { line: "01.x" })).toBe("release-missing");
    expect(choose([offer(L30), offer("EC25AFAR05A08M4G_30.006.30.006")])).toBe("release-missing");
    expect(choose([])).toBe("release-missing");
  });

  it.each([SKT, "EC25AFAR05A07M4G_OCPU_30.001.30.001", "EC25AFAR05A07M4G_BETA1108", "EC25AFAR05A07M4G#STW"])(
    "never takes %s unasked, whatever the index recommends",
    (text) => {
      expect(choose([offer(text)])).toBe("release-missing");
      expect(choose([offer(text), offer(L30)])).toBe(L30);
      expect(choose([offer(text)], { asked: text })).toBe(text);
    },
  );

  it("gives a carrier's module only what lists its option", () => {
    expect(choose([offer(L30)], { option: "STD" })).toBe(L30);
    expect(choose([offer(L30)], { option: "SKT" })).toBe("release-missing");
    expect(choose([offer(L30)], { option: "SKT", asked: L30 })).toBe("release-missing");
    expect(choose([offer(SKT, { orderOptions: ["SKT"] })], { option: "SKT", asked: SKT })).toBe(SKT);
    expect(choose([offer(L30, { orderOptions: ["SGNS"] })], { option: "STD" })).toBe("release-missing");
  });

  it("says when what was asked for was taken back, or is for other hardware", () => {
    expect(choose([offer(L30, { retracted })])).toBe("release-missing");
    expect(choose([offer(L30, { retracted })], { asked: L30 })).toBe("release-retracted");
    expect(choose([offer(OTHER)], { asked: OTHER })).toBe("package-for-other-hardware");
  });

  it("keeps the claimed line only inside the declared hardware code", () => {
    expect(lineToKeep(revision(L30), "EC25AFA")).toBe("30.x");
    expect(lineToKeep(revision(OTHER), "EC25AFA")).toBeNull();
    expect(lineToKeep(null, "EC25AFA")).toBeNull();
  });
});
