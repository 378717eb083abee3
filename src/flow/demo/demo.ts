import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDeclarations } from "../../core/declaration.js";
import { asEcflashError } from "../../core/errors.js";
import type { Emit } from "../../core/events.js";
import { describeJudgement } from "../../core/verdict-words.js";
import { exitOf, type Judgement } from "../../core/verdict.js";
import type { Facts } from "../../core/facts.js";
import type { UsbMode } from "../../core/usb-mode.js";
import type { Clock } from "../../core/bus.js";
import type { Scenario } from "../../sim/scenario.js";
import { createWorld, type World } from "../../sim/world.js";
import { checkBus } from "../check.js";
import type { FlowContext } from "../context.js";
import { flash } from "../flash.js";
import { recover } from "../recover.js";
import { Run, type RunResult } from "../run.js";
import type { StopSwitch } from "../stop-switch.js";
import { serveFiles } from "./loopback-server.js";
import { INDEX_NAME, makeVirtualVendor } from "./virtual-vendor.js";

export interface DemoInput {
  readonly scenario: Scenario;
  readonly facts: Facts;
  readonly modes: readonly UsbMode[];
  readonly clock: Clock;
  readonly now: () => Date;
  readonly emit: Emit;
  readonly stop: StopSwitch;
  /** Called with the virtual world before it is closed, for tests that look into the NAND. */
  readonly inspectWorld?: ((world: World) => void) | undefined;
}

export interface DemoResult {
  readonly undeclared: Judgement | null;
  readonly flash: RunResult;
  /** Null where the story ends with the flash. */
  readonly recover: RunResult | null;
  /** True when the story went as its scenario says. */
  readonly asExpected: boolean;
}

/**
 * The whole story of a scenario: judged without a label, then the real `flash` with the label, then `recover` where the
 * scenario was cut. Only the module is virtual; the package comes over loopback HTTP from an index signed for this run.
 */
export async function demo(input: DemoInput): Promise<DemoResult> {
  const { scenario, facts, now } = input;
  const scratch = await mkdtemp(join(tmpdir(), "ecflash-demo-"));
  const vendor = await makeVirtualVendor(scenario, facts, now(), scratch);
  const server = await serveFiles(vendor.files);
  const world = createWorld({ scenario, clock: input.clock, timeScale: 1 });
  try {
    const context: FlowContext = {
      ...input,
      bus: world.bus,
      stateDir: join(scratch, "state"),
      cacheDir: join(scratch, "cache"),
    };
    const undeclared = await judgeUndeclared(context);
    const label = scenario.modules[0]?.hardware.label;
    const portPath = scenario.modules[0]?.portPath;
    const index = { url: `${server.url}${INDEX_NAME}`, publicKeys: [vendor.publicKey] };
    const flashed = await flash(context, {
      declarations: readDeclarations({ label }, facts),
      portPath,
      index,
      connect: "require",
    });
    const wanted = scenario.expect;
    const recovered =
      wanted.recover === null ? null : await recover(context, { portPath, index, connect: "require" });
    const asExpected =
      same(flashed, wanted.flash) && (wanted.recover === null || same(recovered, wanted.recover));
    input.inspectWorld?.(world);
    return { undeclared, flash: flashed, recover: recovered, asExpected };
  } finally {
    await server.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

function same(
  result: RunResult | null,
  wanted: { readonly outcome: string; readonly exit: number },
): boolean {
  return result?.outcome === wanted.outcome && result.exit === wanted.exit;
}

/** The first question of every thread: what can be told from the module alone? */
async function judgeUndeclared(context: FlowContext): Promise<Judgement | null> {
  const stages = [{ id: "undeclared", title: "Check, nothing declared" }];
  const run = new Run(context.emit, { title: "check", virtual: context.bus.virtual, stages });
  try {
    const judgement = await run.stage("undeclared", async () => {
      const { judgements, failures } = await checkBus(context, { declarations: [] });
      const [value] = judgements;
      if (value === undefined) throw asEcflashError(failures[0]?.error);
      return {
        value,
        summary: describeJudgement(value),
        details: value.evidence.map(({ says }) => says),
      };
    });
    run.judged(exitOf(judgement), judgement.advice);
    return judgement;
  } catch (error) {
    run.fail(asEcflashError(error));
    return null;
  }
}
