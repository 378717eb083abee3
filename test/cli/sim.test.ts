import { describe, expect, it } from "vitest";
import type { CheckDocument } from "../../src/ui/check-schema.js";
import { shippedSchema } from "../schemas.js";
import { LABEL, PATIENT_MS, TestHost } from "./binary.js";

const host = new TestHost();
const schema = await shippedSchema();

async function check(bench: string, ...args: string[]): Promise<CheckDocument> {
  const { stdout, stderr } = await host.run(["check", "--sim", bench, ...args, "--format", "json"]);
  expect(stderr).toBe("");
  const found: unknown = JSON.parse(stdout);
  expect(schema.safeParse(found).error).toBeUndefined();
  return found as CheckDocument;
}

async function list(bench: string): Promise<{ portPath: string; mode: string; virtual: boolean }[]> {
  const { exit, stdout } = await host.run(["list", "--sim", bench, "--format", "json"]);
  expect(exit).toBe(0);
  return (JSON.parse(stdout) as { modules: { portPath: string; mode: string; virtual: boolean }[] }).modules;
}

const flash = (bench: string, label = LABEL) => host.result(["flash", "--sim", bench, "--label", label]);

describe.concurrent("a virtual bench that lasts between commands", { timeout: PATIENT_MS }, () => {
  it("wrong firmware: seen, judged, replaced, and then nothing is left to do", async () => {
    const bench = "wrong-variant:story";
    expect(await list(bench)).toMatchObject([{ portPath: "1-1.2", mode: "normal", virtual: true }]);
    expect(await check(bench)).toMatchObject({ exit: 11, modules: [{ verdict: "suspect", virtual: true }] });
    expect(await check(bench, "--label", LABEL)).toMatchObject({
      exit: 10,
      modules: [{ verdict: "mismatch", confidence: "certain" }],
    });
    const first = await flash(bench);
    expect(first).toMatchObject({ exit: 0, result: { outcome: "done" } });
    expect(String(first.result["summary"])).toContain("Result: PASS");
    expect(await check(bench, "--label", LABEL)).toMatchObject({ exit: 0, modules: [{ verdict: "match" }] });
    const again = await flash(bench);
    expect(again).toMatchObject({ exit: 0, result: { outcome: "nothing-to-do" } });
    expect(again.stdout).not.toContain('"progress"');
    expect((await host.run(["connect", "--sim", bench])).stdout).toContain("done (exit 0)");
    expect((await host.run(["recover", "--sim", bench])).exit).toBe(3);
    expect((await host.run(["fetch", "--sim", bench, "--label", LABEL])).exit).toBe(0);
  });

  it("a cut write: 7, EDL, and recover finishes in another process", async () => {
    const bench = "cut-in-flash:x";
    const cut = await flash(bench);
    expect(cut).toMatchObject({ exit: 7, result: { outcome: "incomplete" } });
    expect(String(cut.result["summary"])).toContain("Run `ecflash recover`");
    expect(await list(bench)).toMatchObject([{ portPath: "1-1.2", mode: "edl" }]);
    expect((await host.run(["list", "--sim", bench])).stdout).toMatch(
      /^1-1\.2 +edl +05c6:9008 .*\(virtual\)\n$/,
    );
    const waiting = await check(bench);
    expect(waiting).toMatchObject({ exit: 11, modules: [{ verdict: "not-running", claimed: null }] });
    expect(waiting.modules[0]?.advice[0]).toBe("Run `ecflash recover`.");
    expect(await host.result(["recover", "--sim", bench])).toMatchObject({
      exit: 0,
      result: { outcome: "done" },
    });
    expect((await check(bench, "--label", LABEL)).exit).toBe(0);
  });

  it("a label that the module contradicts: 4, and nothing is sent", async () => {
    const { exit, stdout, result } = await flash("healthy:wrong-label", "EC25EFA-512-STD");
    expect(exit).toBe(4);
    expect(String(result["summary"])).toContain(
      "A wrong label is likelier than wrong factory firmware. [disputed]",
    );
    expect(stdout).not.toContain('"stage":"fetch"');
    expect((await check("healthy:wrong-label", "--label", LABEL)).exit).toBe(0);
  });

  it("nothing declared: flash refuses with 4", async () => {
    const { exit, result } = await host.result(["flash", "--sim", "wrong-variant:undeclared"]);
    expect(exit).toBe(4);
    expect(String(result["summary"])).toContain("[undeclared]");
  });

  it("a module that never answers is unknown, and not flashed", async () => {
    const silent = await check("silent");
    expect(silent).toMatchObject({ exit: 11, modules: [{ verdict: "unknown", claimed: null }] });
    expect((await check("silent", "--allow-unknown")).exit).toBe(11);
    const { exit, stdout } = await flash("silent");
    expect(exit).toBe(4);
    expect(stdout).not.toContain('"enter-edl","summary"');
  });

  it("two modules: judged together, one label names one of them only", async () => {
    const bench = "two-modules";
    const both = await check(bench);
    expect(both.modules.map(({ source, verdict }) => `${source} ${verdict}`)).toEqual([
      "1-1.2 suspect",
      "1-1.3 unknown",
    ]);
    expect(both.exit).toBe(11);
    const { exit, stderr } = await host.run(["check", "--sim", bench, "--label", LABEL]);
    expect(exit).toBe(3);
    expect(stderr).toContain("Several modules are plugged: 1-1.2, 1-1.3. [module-ambiguous]");
    expect(stderr).toContain("--port 1-1.2");
    expect((await check(bench, "--label", LABEL, "--port", "1-1.3")).exit).toBe(0);
    expect((await check(bench, "--label", LABEL, "--port", "1-1.2")).exit).toBe(10);
    expect((await flash(bench)).exit).toBe(3);
    expect(await list(bench)).toHaveLength(2);
    const one = await host.run(["list", "--sim", bench, "--port", "1-1.3"]);
    expect(one.stdout.trimEnd().split("\n")).toHaveLength(1);
    const none = await host.run(["list", "--sim", bench, "--port", "1-1.4"]);
    expect(none).toMatchObject({ exit: 3, stdout: "" });
    expect(none.stderr).toContain("at port path 1-1.4");
  });

  it("one name under two scenarios is two benches", async () => {
    expect((await check("healthy:same", "--label", LABEL)).exit).toBe(0);
    expect((await check("wrong-variant:same", "--label", LABEL)).exit).toBe(10);
  });
});

describe.concurrent("sim", { timeout: PATIENT_MS }, () => {
  it("names the scenarios", async () => {
    const { exit, stdout } = await host.run(["sim", "scenarios"]);
    expect(exit).toBe(0);
    expect(stdout.trimEnd().split("\n")).toEqual(
      expect.arrayContaining(["calibration-lost", "cut-in-flash", "healthy", "map-differs", "wrong-variant"]),
    );
  });

  it("a power cycle starts a module that waits in EDL", async () => {
    expect(await list("edl:cycle")).toMatchObject([{ mode: "edl" }]);
    const { exit, stdout } = await host.run(["sim", "power-cycle", "edl:cycle"]);
    expect(exit).toBe(0);
    expect(stdout).toBe("Power-cycled the modules of edl:cycle.\n");
    expect(await list("edl:cycle")).toMatchObject([{ mode: "normal" }]);
  });

  it("reset forgets a bench and no other, and whatever its name is stays inside its directory", async () => {
    expect(await list("edl:keep")).toMatchObject([{ mode: "edl" }]);
    expect(await list("edl:forget")).toMatchObject([{ mode: "edl" }]);
    for (const bench of ["edl:keep", "edl:forget"])
      expect((await host.run(["sim", "power-cycle", bench])).exit).toBe(0);
    for (const bench of ["edl:forget", "edl:..", "edl:.", "edl:", "edl:../.."])
      expect((await host.run(["sim", "reset", bench])).exit).toBe(0);
    expect(await list("edl:keep")).toMatchObject([{ mode: "normal" }]);
    expect(await list("edl:forget")).toMatchObject([{ mode: "edl" }]);
  });

  it("knows no other scenarios, and says how a bench comes to be", async () => {
    for (const what of ["power-cycle", "reset"]) {
      const { exit, stderr } = await host.run(["sim", what, "wrong-varient"]);
      expect(exit).toBe(2);
      expect(stderr).toContain("[scenario-unknown]");
    }
    const { exit, stderr } = await host.run(["sim", "power-cycle", "healthy:never-made"]);
    expect(exit).toBe(2);
    expect(stderr).toContain("a command with --sim healthy:never-made makes it");
  });
});
