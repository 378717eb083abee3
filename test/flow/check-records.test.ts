import { describe, expect, test } from "vitest";
import { checkEach, textOf } from "./texts.js";

const R = "EC25AFAR05A07M4G";
const W = "EC25EFAR06A11M4G";
const right = `{"host":"b","revision":"${R}"}`;
const wrong = `{"host":"a","revision":"${W}"}`;
const bare = `{"revision":"${W}"}`;
const silent = '{"host":"c","revision":null}';

const told = async (text: string | Uint8Array) => (await checkEach([textOf("f", text)])).told;

describe("what a record says does not depend on those beside it", () => {
  test.each<[string, string[], string[]]>([
    ["bare first", [bare, right], ["f:1 mismatch", "f:2 match"]],
    ["bare last", [right, bare], ["f:1 match", "f:2 mismatch"]],
    ["nothing but bare", [bare, bare], ["f:1 mismatch", "f:2 mismatch"]],
    ["silent first", [silent, bare, right], ["f:1 unknown", "f:2 mismatch", "f:3 match"]],
    ["a blank line first", ["", wrong, silent], ["f:2 mismatch", "f:3 unknown"]],
    ["a remark first", ["# fleet", wrong, silent], ["f:2 mismatch", "f:3 unknown"]],
    ["a remark between", [wrong, "# more", silent], ["f:1 mismatch", "f:3 unknown"]],
    ["a mark of the encoding first", [`\ufeff${wrong}`, silent], ["f:1 mismatch", "f:2 unknown"]],
    [
      "its beginning cut off",
      [wrong.slice(5), wrong, silent],
      ["f:1 input-empty", "f:2 mismatch", "f:3 unknown"],
    ],
    ["its end cut off", [wrong.slice(0, 20), bare, right], ["f:1 input-empty", "f:2 mismatch", "f:3 match"]],
    ["CSV after a blank line", ["", "host,revision", `a,${W}`, "c,"], ["f:3 mismatch", "f:4 unknown"]],
    ["CSV after a remark", ["# fleet", "host,revision", `a,${W}`, "c,"], ["f:3 mismatch", "f:4 unknown"]],
    ["CSV after Excel's hint", ["sep=;", "host;revision", `a;${W}`, "c;"], ["f:3 mismatch", "f:4 unknown"]],
    ["CSV of one column", ["revision", W, R], ["f:2 mismatch", "f:3 match"]],
  ])("%s", async (_, lines, expected) => {
    expect(await told(lines.join("\n"))).toEqual(expected);
    expect(await told(`${lines.join("\r\n")}\r\n`)).toEqual(expected);
  });
});

describe("a record is read however long it is", () => {
  const long = `{"log":"${"x".repeat(140_000)}","host":"a","revision":"${W}"}`;
  test.each<[string, string[], string[]]>([
    ["first", [long, right], ["f:1 mismatch", "f:2 match"]],
    ["alone", [long], ["f:1 mismatch"]],
    ["after a remark", ["# fleet", long, right], ["f:2 mismatch", "f:3 match"]],
    ["after one that says less", [bare, long], ["f:1 mismatch", "f:2 mismatch"]],
    [
      "after many without a revision",
      [...Array<string>(3000).fill('{"imei":"000000000000018"}'), bare],
      [...Array.from({ length: 3000 }, (_, at) => `f:${at + 1} unknown`), "f:3001 mismatch"],
    ],
  ])("%s", async (_, lines, expected) => {
    const bytes = Buffer.from(lines.join("\n"));
    const parts = Array.from({ length: Math.ceil(bytes.length / 10_000) }, (_, at) =>
      bytes.subarray(at * 10_000, (at + 1) * 10_000),
    );
    expect((await checkEach([textOf("f", ...parts)])).told).toEqual(expected);
  });
});

describe("a file of records is read in any encoding that programs write", () => {
  const texts: [string, string][] = [
    ["CSV", `host,revision\r\nä,${W}\r\nc,\r\n`],
    ["NDJSON", `${wrong}\r\n${silent}\r\n`],
  ];
  const be = (text: string) => Buffer.from(text, "utf16le").swap16();
  const encodings: [string, (text: string) => Buffer][] = [
    ["UTF-8 with a mark", (text) => Buffer.from(`\ufeff${text}`)],
    ["UTF-16LE with a mark", (text) => Buffer.from(`\ufeff${text}`, "utf16le")],
    ["UTF-16LE", (text) => Buffer.from(text, "utf16le")],
    ["UTF-16BE with a mark", (text) => be(`\ufeff${text}`)],
    ["UTF-16BE", be],
  ];
  test.each(
    texts.flatMap(([kind, text]) => encodings.map(([name, bytes]) => [kind, name, bytes(text)] as const)),
  )("%s in %s, cut anywhere", async (kind, _, bytes) => {
    const expected = kind === "CSV" ? ["f:2 mismatch", "f:3 unknown"] : ["f:1 mismatch", "f:2 unknown"];
    const cut = Array.from(bytes, (byte) => Uint8Array.of(byte));
    expect((await checkEach([textOf("f", ...cut)])).told).toEqual(expected);
  });
});

describe("a row of CSV", () => {
  test.each<[string, string[], string[]]>([
    ["with a line end in a cell", ['"ab', `cd",gw-2,${W}`, `x,gw-1,${R}`], ["f:2 mismatch", "f:4 match"]],
    ["with blank lines in a cell", ['"ab', "", '""q"", x', `cd",gw-2,${W}`], ["f:2 mismatch"]],
    ["with a quote inside of a cell", [`5" screen,gw-2,${W}`, `x,gw-1,${R}`], ["f:2 mismatch", "f:3 match"]],
    ["with quoted quotes", [`"5"" x, ""y""",gw-2,${W}`], ["f:2 mismatch"]],
    [
      "whose quote is never closed",
      [`"ab,gw-2,${W}`, `x,gw-1,${R}`, `y,gw-1,${W}`],
      ["f:2 input-empty", "f:3 match", "f:4 mismatch"],
    ],
    [
      "whose quote is closed by the one of another",
      [`"ab,gw-2,${W}`, `x,gw-1,${R}`, `"y",gw-1,${W}`],
      ["f:2 input-empty", "f:3 match", "f:4 mismatch"],
    ],
    ["with empty cells behind", [`x,gw-2,${W},,`, `x,gw-1,${R},`], ["f:2 mismatch", "f:3 match"]],
    ["with too many cells", [`a,b,gw-2,${R}`, `x,gw-1,${W}`], ["f:2 unknown", "f:3 mismatch"]],
    ["with too few cells", ["x,gw-2", `x,gw-1,${W}`], ["f:2 input-empty", "f:3 mismatch"]],
  ])("%s", async (_, rows, expected) => {
    const text = ["note,host,revision", ...rows].join("\r\n");
    expect(await told(text)).toEqual(expected);
  });

  test("with too many cells tells so", async () => {
    const { items } = await checkEach([textOf("f", `note,host,revision\na,b,gw-2,${R}\n`)]);
    expect(JSON.stringify(items)).toContain("the row has 4 cells, its head has 3");
  });

  test("whose quote is not closed for long costs no other row", async () => {
    const rows = Array.from({ length: 100 }, (_, at) => `x,gw-${at},${W}`);
    const found = await told(["note,host,revision", '"ab,gw,1', ...rows].join("\n"));
    expect(found).toHaveLength(101);
    expect(found.filter((one) => one.endsWith("mismatch"))).toHaveLength(100);
  });
});

describe("an item among records of modules in a JSON array", () => {
  const array = (...items: string[]) => told(`[\n${items.join(",\n")}\n]`);
  const verdicts = async (...items: string[]) =>
    (await array(...items)).map((one) => one.replace(/^\S+ /, ""));
  const router = `{"host":"r","firmware":"7.06"}`;

  test.each<[string, string, string[]]>([
    ["without a revision", silent, ["match", "unknown"]],
    ["without a revision, with an IMEI", `{"imei":"000000000000018","revision":null}`, ["match", "unknown"]],
    ["with an empty one", `{"revision":"","note":"x"}`, ["match", "unknown"]],
    ["with a revision alone", bare, ["match", "mismatch"]],
    ["with the same keys and a custom revision", `{"host":"c","revision":"mine-1"}`, ["match", "custom"]],
    ["that is another device", router, ["match"]],
    ["that is another device by the same name of a revision", `{"disk":"sda","revision":"1.2"}`, ["match"]],
    ["that is no object", "null", ["match"]],
  ])("%s", async (_, item, expected) => {
    expect(await verdicts(right, item)).toEqual(expected);
    expect((await verdicts(item, right)).sort()).toEqual([...expected].sort());
    expect(await verdicts(`{"modems":[${right},${item}]}`)).toEqual(expected);
  });

  test("counts only among such", async () => {
    await expect(array(bare, silent)).rejects.toMatchObject({ code: "input-empty" });
    await expect(told(`{"expected":[${right},${silent}]}`)).rejects.toMatchObject({ code: "input-empty" });
  });
});

describe("no file of records is", () => {
  const event = (at: number) => `{"level":"info","msg":"event ${at}"}`;
  test.each<[string, string[], string[]]>([
    ["a list of packages", [1, 2].map((at) => `{"revision":"${W}","url":"${at}.zip"}`), []],
    ["what is expected", [`{"input":"${W}","revision":"${W}"}`], []],
    ["a word above what is no revision", ["Revision", "none", "OK"], []],
    ["a program's log that tells of a module", [event(1), event(2), wrong, event(3)], ["f:3 mismatch"]],
    ["a dialogue with JSON in it", ["hello", bare, "AT+QGMR", W, "OK"], ["f:4 mismatch"]],
  ])("%s", async (_, lines, expected) => {
    const found = told(lines.join("\n"));
    if (expected.length === 0) await expect(found).rejects.toMatchObject({ code: "input-empty" });
    else expect(await found).toEqual(expected);
  });
});
