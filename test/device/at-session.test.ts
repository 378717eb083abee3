import { describe, expect, it } from "vitest";
import { READS } from "../../src/core/at-commands.js";
import { AtSession } from "../../src/device/at-session.js";
import { answers, FakeClock, FakePort, type FakePortScript, says, tablePort } from "./fakes.js";

const LONG = "EC25EFAR06A11M4G_01.001.01.001";
const IMEI = "000000001230217";

function session(script: FakePortScript) {
  const clock = new FakeClock();
  const port = new FakePort(clock, script);
  return { clock, port, session: new AtSession(port, clock) };
}

describe("AtSession.ask", () => {
  it("sends the command with a CR and nothing else, and gives its answer", async () => {
    const clock = new FakeClock();
    const port = tablePort(clock, { [READS.revisionLong]: [LONG] });
    const answer = await new AtSession(port, clock).ask(READS.revisionLong, 5_000);
    expect(answer).toMatchObject({ status: "ok", lines: [LONG] });
    expect(port.written).toEqual(["AT+QGMR\r"]);
  });

  it("drops what was said before the command", async () => {
    const { port, session: at } = session({ respond: () => [says(answers("AT+GSN", [IMEI]))] });
    port.say(says("\r\nEC25AFAR05A07M4G\r\n\r\nOK\r\n", 0), says("\r\nRDY\r\n", 50));
    expect((await at.ask(READS.imei, 5_000)).lines).toEqual([IMEI]);
  });

  it("throws at-silent with the path and the limit when no final result comes", async () => {
    const { clock, session: at } = session({ respond: () => [says("AT+GSN\r\r\n"), says(`${IMEI}\r\n`)] });
    await expect(at.ask(READS.imei, 5_000)).rejects.toMatchObject({
      code: "at-silent",
      facts: { path: "fake", waitedMs: 5_000 },
    });
    expect(clock.nowMs()).toBeLessThan(6_000);
  });

  it("throws module-gone when the port dies", async () => {
    const { session: at } = session({ goneAtMs: 700 });
    await expect(at.ask(READS.imei, 5_000)).rejects.toMatchObject({ code: "module-gone" });
  });

  it("is not held up by a port that talks without end", async () => {
    const { clock, port, session: at } = session({ chatter: new TextEncoder().encode("$GPGGA,,,\r\n") });
    await expect(at.ask(READS.attention, 1_000)).rejects.toMatchObject({ code: "at-silent" });
    expect(port.written).toEqual(["AT\r"]);
    expect(clock.nowMs()).toBeLessThanOrEqual(6_001);
  });
});

describe("a late answer", () => {
  const COPS = '+COPS: 0,0,"TW Mobile",7';
  /** `AT+COPS?` is answered `lateMs` after it was asked, everything else at once. */
  const slow = (lateMs: number, echo: boolean): FakePortScript => ({
    respond: (written) => {
      const command = written.replace(/\r$/, "");
      const whole = (lines: string[]) => answers(command, lines).slice(echo ? 0 : command.length);
      if (command === READS.attention) return [says(whole([]))];
      if (command === READS.imei) return [says(whole([IMEI]), 20)];
      return [says(whole([COPS]), lateMs)];
    },
  });

  it.each([
    ["before the next command is sent", 5_001, true],
    ["while the next command is under way, its echo late too", 6_005, true],
    ["before the next command is sent, on a port without echo", 5_900, false],
  ])("that comes %s is not the answer to it", async (_name, lateMs, echo) => {
    const { session: at } = session(slow(lateMs, echo));
    expect((await at.ask(READS.attention, 1_000)).status).toBe("ok");
    await expect(at.ask(READS.operator, 5_000)).rejects.toMatchObject({ code: "at-silent" });
    expect((await at.ask(READS.imei, 5_000)).lines).toEqual([IMEI]);
  });

  it("does not leave the session deaf when another program turned the echo off", async () => {
    let echo = true;
    const { session: at } = session({
      respond: (written) => [says(answers(echo ? written.trim() : "", []))],
    });
    await at.ask(READS.attention, 1_000);
    echo = false;
    await expect(at.ask(READS.attention, 1_000)).rejects.toMatchObject({ code: "at-silent" });
    expect((await at.ask(READS.attention, 1_000)).status).toBe("ok");
  });
});

describe("AtSession.listen", () => {
  const ping = (line: string) => (line.startsWith("+QPING: 0,4") ? line : null);

  it("gives the first line that is wanted", async () => {
    const { port, session: at } = session({});
    port.say(
      says('\r\n+QPING: 0,"8.8.8.8",32,155,114\r\n', 900),
      says("\r\n+QPING: 0,4,4,0,1,2,3\r\n", 1_800),
    );
    expect(await at.listen(5_000, ping)).toBe("+QPING: 0,4,4,0,1,2,3");
  });

  it("hears what came in one read with the answer", async () => {
    const together = `${answers("AT+CSQ", ["+CSQ: 30,99"])}\r\n+QPING: 0,4,4,0,1,2,3\r\n`;
    const { session: at } = session({ respond: () => [says(together)] });
    await at.ask("AT+CSQ", 1_000);
    expect(await at.listen(1_000, ping)).toBe("+QPING: 0,4,4,0,1,2,3");
  });

  it("gives null after its limit", async () => {
    const { clock, session: at } = session({});
    expect(await at.listen(2_000, ping)).toBeNull();
    expect(clock.nowMs()).toBe(2_000);
  });
});

describe("AtSession.close", () => {
  it("closes the port", async () => {
    const { port, session: at } = session({});
    await at.close();
    expect(port.closed).toBe(true);
  });
});
